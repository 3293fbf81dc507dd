-- purpose: the decision times at which facts of others became known in the same instant, where < and <= differ
-- grain: one row per fact relation and t0 with such facts
-- reads: the entrypoint, its fact relations
-- writes: nothing
-- time: known_at = t0
create or replace function audit.replay_ties(p_entrypoint audit.entrypoint)
returns table (t0 timestamptz, relid oid, pairs bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_fact record;
  v_entity text[] := array_remove(p_entrypoint.key_columns, p_entrypoint.t0_column);
begin
  for v_fact in
    select f.relid, f.known_at_column,
      (select string_agg(format('x.%1$I = e.%1$I', k.name), ' and ')
        from unnest(v_entity[:cardinality(v_entity) - 1]) as k (name) where k.name = any (f.key_columns)) as same_group,
      (select string_agg(format('x.%1$I is distinct from e.%1$I', k.name), ' or ')
        from unnest(v_entity) as k (name) where k.name = any (f.key_columns)) as other_entity
    from audit.replay_relations(p_entrypoint.relid) as r
    join audit.fact_relation as f on f.relid = r.relid and f.kind = 'fact'
  loop
    return query execute format(
      'select e.%1$I, $1, count(*) from %2$s as e join %3$s as x on x.%4$I = e.%1$I and %5$s and (%6$s) group by e.%1$I',
      p_entrypoint.t0_column, audit.relation_name(p_entrypoint.relid), audit.relation_name(v_fact.relid),
      v_fact.known_at_column, coalesce(v_fact.same_group, 'true'), coalesce(v_fact.other_entity, 'true'))
      using v_fact.relid;
  end loop;
end
$$;
