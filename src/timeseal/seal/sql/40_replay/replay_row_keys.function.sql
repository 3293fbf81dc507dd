-- purpose: the keys of all rows that an entrypoint has, or by its layers could have, between two moments
-- grain: one jsonb object per row, key and t0, in order of t0
-- reads: the entrypoint, its stored feature layers
-- writes: nothing
-- time: p_from <= t0 < p_upto and not above the last refresh
create or replace function audit.replay_row_keys(p_entrypoint audit.entrypoint, p_from timestamptz, p_upto timestamptz)
returns jsonb[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  v_keys jsonb[];
begin
  execute (
    select format('select coalesce(array_agg(k.row_key order by k.t0, k.row_key), ''{}'') from (%s) as k', string_agg(format(
      'select jsonb_build_object(%1$s) as row_key, e.%2$I as t0 from %3$s as e where e.%2$I >= $1 and e.%2$I < $2',
      (select string_agg(format('%L, e.%I', k.name, k.name), ', ') from (
        select distinct c.name from unnest(p_entrypoint.key_columns || p_entrypoint.t0_column) as c (name)) as k),
      p_entrypoint.t0_column, audit.relation_name(r.relid)), ' union ' order by r.relid))
    from (select p_entrypoint.relid union select c.relid from audit.replay_clocked(p_entrypoint) as c) as r (relid)
  ) into v_keys using p_from, audit.replay_bound(p_entrypoint, p_upto);
  return v_keys;
end
$$;
