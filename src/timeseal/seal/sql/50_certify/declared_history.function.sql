-- purpose: how much below an entrypoint was never observed, only declared by somebody afterwards
-- grain: one row: rows defined by a declared fact, all rows, declared facts, and the sentence that a certificate prints (NULL: none)
-- reads: audit.fact_relation, the facts, the entrypoint and its parents
-- writes: nothing
-- time: what is declared of a time before anybody watched proves nothing of that time; replay can only speak of the rest
create or replace function audit.declared_history(
  p_entrypoint text,
  out declared_rows bigint,
  out all_rows bigint,
  out declared_facts bigint,
  out note text
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_fact record;
  v_found bigint;
  v_rows text[] := '{}';
begin
  declared_rows := 0;
  declared_facts := 0;
  for v_fact in
    with recursive walk (relid, made) as (
      select r.relid, r.made from audit.replay_relations(v_ep.relid) as r
      union
      select r.relid, r.made
      from walk as w
      join audit.entrypoint as g on g.guarded_relid = w.relid and w.made = 'parent'
      cross join lateral audit.replay_relations(g.relid) as r
    )
    select distinct f.relid, f.known_at_kind_column, f.defining, f.t0_column, (
        select string_agg(format('x.%1$I = e.%1$I', k.name), ' and ' order by k.name)
        from unnest(f.key_columns) as k (name)
        where k.name = any (v_ep.key_columns)) as same_key
    from walk as w
    join audit.fact_relation as f on f.relid = w.relid and f.kind = 'fact' and f.known_at_kind_column is not null
    order by f.relid
  loop
    execute format('select count(*) from %s as x where x.%I is distinct from ''observed''',
      audit.relation_name(v_fact.relid), v_fact.known_at_kind_column) into v_found;
    declared_facts := declared_facts + v_found;
    if v_found > 0 and v_fact.defining and v_fact.t0_column is not null and v_fact.same_key is not null then
      v_rows := v_rows || format('exists (select from %s as x where %s and x.%I = e.%I and x.%I is distinct from ''observed'')',
        audit.relation_name(v_fact.relid), v_fact.same_key, v_fact.t0_column, v_ep.t0_column, v_fact.known_at_kind_column);
    end if;
  end loop;
  if declared_facts = 0 then
    return;
  end if;
  execute format('select count(*), count(*) filter (where %s) from %s as e',
    coalesce(nullif(array_to_string(v_rows, ' or '), ''), 'false'), audit.relation_name(v_ep.relid)) into all_rows, declared_rows;
  note := format('history declared, not observed: %s of %s rows, %s facts; replay speaks of what was observed: %s %% of the rows',
    declared_rows, all_rows, declared_facts,
    case when all_rows > 0 then round(100.0 * (all_rows - declared_rows) / all_rows, 1) else 0 end);
end
$$;
revoke all on function audit.declared_history(text) from public;
grant execute on function audit.declared_history(text) to timeseal_certifier;
