-- purpose: add poison facts to one relation of both shadow worlds, as the relation's own constraints allow
-- grain: one fact relation; returns the number of poison facts placed in the poisoned world
-- reads: the relation, its shadows, the shadow relation timeseal_time
-- writes: the shadow schemas
-- time: known at or after the t0 of a sampled row; in the clean world later, but before any later sampled row asks
create or replace function audit.replay_poison(p_entrypoint audit.entrypoint, p_relid oid, p_poisoned text, p_clean text)
returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  v_entity text[] := array_remove(p_entrypoint.key_columns, p_entrypoint.t0_column);
  v_fact audit.fact_relation;
  v_name text;
  v_source text;
  v_filled boolean;
  v_values text;
  v_extremes text;
  v_checks text;
  v_own text;
  v_placed bigint;
begin
  select f.* into v_fact from audit.fact_relation as f where f.relid = p_relid;
  select c.relname into v_name from pg_catalog.pg_class as c where c.oid = p_relid;
  v_source := format('%I.%I', p_poisoned, v_name);
  execute format('select exists (select 1 from %s)', v_source) into v_filled;
  if not v_filled then
    v_source := audit.relation_name(p_relid);
  end if;
  select v.value_list, v.extreme_list into v_values, v_extremes from audit.replay_value_list(p_relid, v_entity) as v;
  select coalesce(string_agg(format('coalesce((%s), true)', pg_get_expr(c.conbin, c.conrelid)), ' and ' order by c.oid), 'true')
  into v_checks
  from pg_catalog.pg_constraint as c
  where c.conrelid = p_relid and c.contype = 'c';
  -- twins repeat the sampled row's own observation
  select string_agg(format('x.%I = %s', k.name, case when k.n = cardinality(v_entity) then 'p.timeseal_row'
    else format('p.%I', k.name) end), ' and ') || ' and x.' || quote_ident(v_fact.t0_column) || ' = p.timeseal_t0'
  into v_own
  from unnest(v_entity) with ordinality as k (name, n)
  where v_fact.defining and v_fact.t0_column is not null and v_entity <@ v_fact.key_columns;
  -- an observation never becomes older than the one that defines its entity
  execute format(
    'create unlogged table %1$I.timeseal_poison as '
    'with source as (select x.* from %2$s as x), m as (select %3$s from source as x), '
    'x as materialized (select s.*, row_number() over (order by sha256(convert_to(s::text, ''UTF8''))) as timeseal_number '
    'from (select x.* from source as x limit 1000) as s), '
    'p as (select t.*, t.timeseal_known_p + %4$s as timeseal_known, t.timeseal_known_q + %4$s as timeseal_known_clean '
    'from %1$I.timeseal_time as t), '
    'fact as (select %5$s, p.timeseal_known_clean, p.timeseal_place from p cross join m '
    'join x on x.timeseal_number = 1 + p.timeseal_place %% (select greatest(count(*), 1) from x) where not p.timeseal_is_twin and (p.timeseal_is_own or %6$L)'
    || coalesce(' union all select %5$s, p.timeseal_known_clean, p.timeseal_place from p cross join m join source as x on ' || v_own
      || ' where p.timeseal_is_twin', '')
    || ') select f.* from fact as f where %7$s',
    p_poisoned, v_source, v_extremes, case when v_fact.defining then 't.timeseal_after_birth' else 'interval ''0''' end,
    v_values, v_entity <@ v_fact.key_columns, v_checks);
  perform audit.replay_unclash(p_relid, p_poisoned);
  execute format('insert into %1$I.%2$I select %3$s from %1$I.timeseal_poison as x', p_poisoned, v_name, audit.column_list(p_relid, 'x.'));
  get diagnostics v_placed = row_count;
  execute format('insert into %I.%I select %s from %I.timeseal_poison as x where x.timeseal_known_clean is not null',
    p_clean, v_name, audit.replay_retimed_list(p_relid, 'x.timeseal_known_clean'), p_poisoned);
  execute format('drop table %I.timeseal_poison', p_poisoned);
  return v_placed;
end
$$;
