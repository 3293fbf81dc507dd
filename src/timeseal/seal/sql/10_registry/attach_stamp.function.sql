-- purpose: put the version triggers on a stored relation, its leaves and its parents, active under every replication role
-- grain: one relation tree
-- reads: pg_catalog.pg_partition_tree, pg_catalog.pg_inherits, pg_catalog.pg_class
-- writes: triggers timeseal_stamp and timeseal_stamp_row, audit.stamp
-- time: none
create or replace function audit.attach_stamp(p_relid oid) returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_member record;
  v_attached integer := 0;
begin
  for v_member in
    select k.oid as relid, k.relkind, n.nspname, k.relname
    from pg_catalog.pg_class as k
    join pg_catalog.pg_namespace as n on n.oid = k.relnamespace
    where k.relkind in ('r', 'p')
      and (k.oid = p_relid
        or k.oid in (select t.relid from pg_catalog.pg_partition_tree(p_relid::regclass) as t)
        or k.oid in (select a.relid from audit.table_ancestors(p_relid) as a))
    order by n.nspname, k.relname
  loop
    execute format(
      'create or replace trigger timeseal_stamp after insert or update or delete or truncate on %I.%I '
      'for each statement execute function audit.bump_stamp()',
      v_member.nspname, v_member.relname);
    execute format('alter table %I.%I enable always trigger timeseal_stamp', v_member.nspname, v_member.relname);
    if v_member.relkind = 'r' then
      -- what a subscription applies fires no statement trigger
      execute format(
        'create or replace trigger timeseal_stamp_row after insert or update or delete on %I.%I '
        'for each row execute function audit.bump_stamp()', v_member.nspname, v_member.relname);
      execute format('alter table %I.%I enable replica trigger timeseal_stamp_row', v_member.nspname, v_member.relname);
    end if;
    v_attached := v_attached + 1;
  end loop;
  insert into audit.stamp (relid, version, cause)
  select k.oid, 0, 'attached'
  from pg_catalog.pg_class as k
  where k.relkind in ('r', 'p', 'm')
    and (k.oid = p_relid
      or k.oid in (select t.relid from pg_catalog.pg_partition_tree(p_relid::regclass) as t))
  on conflict (relid) do nothing;
  return v_attached;
end
$$;
