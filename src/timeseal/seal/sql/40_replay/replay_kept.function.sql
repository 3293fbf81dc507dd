-- purpose: the condition under which a fact is in the world because it defines a row under test
-- grain: one relation, on the alias x; NULL when it defines none
-- reads: audit.fact_relation, audit.entrypoint
-- writes: nothing
-- time: p_moment is the expression of the cut; the keys are those of the shadow relation timeseal_kept
create or replace function audit.replay_kept(
  p_entrypoint audit.entrypoint,
  p_relid oid,
  p_made text,
  p_moment text,
  p_shadow text
) returns text
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select format(' or (x.%I = %s and exists (select 1 from %I.timeseal_kept as k where %s))',
    f.t0_column, p_moment, p_shadow, string_agg(format('k.%1$I = x.%1$I', k.name), ' and '))
  from (
    select f.t0_column, f.key_columns from audit.fact_relation as f where f.relid = p_relid and f.defining
    union all
    select e.t0_column, e.key_columns from audit.entrypoint as e where e.guarded_relid = p_relid and p_made = 'parent'
  ) as f
  cross join unnest(f.key_columns) as k (name)
  where f.t0_column is not null and k.name = any (p_entrypoint.key_columns) and k.name <> p_entrypoint.t0_column
  group by f.t0_column;
$$;
