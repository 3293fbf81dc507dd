-- purpose: writes to tables that no store writes and no fact declaration covers: which relation, by whom, which rows
-- grain: one row per relation whose version moved since the witness; keys are those of new row versions, NULL when it has none
-- reads: audit.drift_witness, audit.stamp, the relations
-- writes: nothing
-- time: recorded by a transaction that the witness did not see
create or replace function audit.write_news(p_entrypoint text)
returns table (object text, detail text, keys jsonb)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
set parallel_tuple_cost = 0.01
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_witness audit.drift_witness;
  v_relation record;
begin
  select w.* into v_witness from audit.drift_witness as w where w.entrypoint = v_ep.entrypoint;
  for v_relation in
    select c.fqn, c.relkind, s.cause,
      (select string_agg(format('%1$L, t.%1$I', a.attname), ', ' order by a.attnum)
        from pg_attribute as a
        -- a stranger's table is read through the view alone
        where has_table_privilege(c.relid, 'select') and a.attrelid = c.relid and a.attname = any (v_ep.key_columns) and not a.attisdropped) as key_object
    from audit.read_closure(v_ep.relid) as c
    join audit.stamp as s on s.relid = c.relid
    where c.relkind in ('r', 'p', 'm', 'f')
      and s.version is distinct from (v_witness.stamps ->> c.relid::text)::bigint
      and not exists (select from audit.materialisation as m where m.stored = c.relid)
      and not exists (select from audit.fact_relation as f where f.relid = c.relid)
    order by c.fqn
  loop
    object := v_relation.fqn;
    detail := coalesce(v_relation.cause, 'written');
    keys := null;
    if v_relation.key_object is not null and v_relation.relkind in ('r', 'p') then
      execute format(
        'select coalesce(jsonb_agg(distinct jsonb_build_object(%s)), ''[]'') from %s as t where not audit.recorded_in(t.xmin, $1, $2)',
        v_relation.key_object, v_relation.fqn)
        into keys using v_witness.snapshot, pg_snapshot_xmax(pg_current_snapshot())::text::bigint;
    end if;
    return next;
  end loop;
end
$$;
revoke all on function audit.write_news(text) from public;
