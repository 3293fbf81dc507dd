-- purpose: give the planner statistics of relations that have grown by a fifth since it last had any; returns of how many
-- grain: one call; a relation of another owner, or one that somebody is analysing, is left alone
-- reads: the relations
-- writes: planner statistics, never a row
-- time: none; statistics change plans, and no plan may change a result
create or replace function audit.analyze_grown(p_relids oid[]) returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set client_min_messages = 'error'
as $$
declare
  v_name text;
  v_analyzed integer := 0;
begin
  for v_name in
    select audit.relation_name(c.oid)
    from pg_catalog.pg_class as c
    where c.oid = any (p_relids) and c.relkind in ('r', 'm') and pg_has_role(current_user, c.relowner, 'usage')
      and (c.reltuples < 0 or pg_relation_size(c.oid) > 1.2 * c.relpages * current_setting('block_size')::bigint)
    order by c.oid
  loop
    -- never wait: whoever holds the lock is analysing it, or holds it until a publish ends
    execute 'analyze (skip_locked) ' || v_name;
    v_analyzed := v_analyzed + 1;
  end loop;
  return v_analyzed;
end
$$;
revoke all on function audit.analyze_grown(oid[]) from public;
