-- purpose: after a restore, find by name what the registry knew by oid; certificates stay void, their oids are history
-- grain: one database
-- reads: the catalogue
-- writes: audit.entrypoint, audit.stamp, audit.layer_write, audit.materialisation, audit.store_invariant, audit.foreign_seal, and what binding writes again
-- time: none
create or replace function audit.rebind_restored(p_sure boolean default false) returns bigint
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_entrypoints bigint;
begin
  if not (coalesce(p_sure, false) or audit.is_restored()) then
    return 0;
  end if;
  -- an oid of the other database may name anything here
  delete from audit.stamp;
  delete from audit.layer_write;
  delete from audit.fact_relation;
  delete from audit.column_role;
  delete from audit.firewall_pair;
  delete from audit.allowed_function;
  update audit.layer_binding set text_sha256 = 'restored' where layer = 'declaration';
  update audit.materialisation as m
  set stored = to_regclass(format('store.%I', m.layer)),
    source = to_regclass(format('build.%I', m.layer)),
    published = (
      select d.refobjid
      from pg_catalog.pg_rewrite as w
      join pg_catalog.pg_depend as d
        on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = w.oid and d.refclassid = 'pg_catalog.pg_class'::regclass
      join pg_catalog.pg_class as c on c.oid = d.refobjid and c.relkind = 'm'
      where w.ev_class = to_regclass(format('published.%I', m.layer))
      order by d.refobjid
      limit 1);
  update audit.store_invariant as i set relid = to_regclass(format('build.%I', i.name));
  update audit.entrypoint as e
  set relid = to_regclass(e.entrypoint), guarded_relid = to_regclass(e.guarded_view), fuse = null
  where to_regclass(e.entrypoint) is not null;
  get diagnostics v_entrypoints = row_count;
  insert into audit.stamp (relid, version, cause)
  select distinct r.relid, 0, 'restored'
  from audit.entrypoint as e
  cross join lateral audit.read_closure(e.relid) as r
  where r.relkind in ('r', 'p', 'm') and to_regclass(e.entrypoint)::oid = e.relid
  on conflict (relid) do nothing;
  update audit.foreign_seal as f
  set stamped = array(
    select r.relid
    from audit.entrypoint as e
    cross join lateral audit.written_relations(e.relid) as r
    join pg_catalog.pg_class as c on c.oid = r.relid
    join pg_catalog.pg_roles as o on o.oid = c.relowner and o.rolname <> 'timeseal_owner'
    where e.entrypoint = f.entrypoint and c.relkind in ('r', 'p')
    order by r.relid);
  return v_entrypoints;
end
$$;
revoke all on function audit.rebind_restored(boolean) from public;
