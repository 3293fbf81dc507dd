-- purpose: draw by a seed the entities that a differential replay rebuilds, and the part each of them plays
-- grain: one row per entity, in the shadow relation timeseal_entity: row (sampled), spare (its key serves a twin), peer
-- reads: the entrypoint
-- writes: the shadow schema
-- time: timeseal_t0 is one decision time of the entity, drawn by the seed
create or replace function audit.replay_universe(
  p_entrypoint audit.entrypoint,
  p_sample integer,
  p_seed text,
  p_round integer,
  p_shadow text
) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  v_entity text[] := array_remove(p_entrypoint.key_columns, p_entrypoint.t0_column);
  v_list text := audit.column_list(p_entrypoint.relid, 'e.', v_entity);
  v_group text := coalesce(audit.column_list(p_entrypoint.relid, 'e.', v_entity[:cardinality(v_entity) - 1]), '1');
begin
  -- whole key groups, because features look at neighbours; eight entities for each sampled row: three lend their keys
  execute format(
    'create unlogged table %1$I.timeseal_entity as '
    'with entity as materialized (select %2$s, (array_agg(e.%3$I order by sha256(convert_to(%6$L || e.%3$I::text, ''UTF8''))))[1] '
    'as timeseal_t0 from %4$s as e where isfinite(e.%3$I) group by %2$s), '
    'chosen as (select %2$s, e.timeseal_t0, sha256(convert_to(%6$L || jsonb_build_array(%2$s)::text, ''UTF8'')) as timeseal_lot '
    'from entity as e order by sha256(convert_to(%6$L || jsonb_build_array(%5$s)::text, ''UTF8'')), timeseal_lot %7$s), '
    'placed as (select %2$s, e.timeseal_t0, count(*) over () as timeseal_total, '
    'row_number() over (order by e.timeseal_lot, %2$s) as timeseal_place from chosen as e), '
    'numbered as (select %2$s, e.timeseal_t0, greatest(1, least(%8$s, e.timeseal_total / 8)) as timeseal_sample, '
    '1 + (e.timeseal_place - 1 + %9$s * greatest(1, e.timeseal_total / 8)) %% e.timeseal_total as timeseal_n from placed as e) '
    'select %2$s, e.timeseal_t0, e.timeseal_n, e.timeseal_sample, case when e.timeseal_n <= e.timeseal_sample then ''row'' '
    'when e.timeseal_n <= 4 * e.timeseal_sample then ''spare'' else ''peer'' end as timeseal_part from numbered as e',
    p_shadow, v_list, p_entrypoint.t0_column, audit.relation_name(p_entrypoint.relid), v_group, coalesce(p_seed, ''),
    'limit ' || 8 * p_sample, coalesce(p_sample::text, 'e.timeseal_total'), p_round);
  execute format('create index on %I.timeseal_entity (%s)', p_shadow, audit.column_list(p_entrypoint.relid, '', v_entity));
  execute format('analyze %I.timeseal_entity', p_shadow);
end
$$;
