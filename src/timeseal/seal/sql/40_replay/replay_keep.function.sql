-- purpose: at the very cut, one row per key group (or one named row) keeps its own defining observation, not its neighbours'
-- grain: one row per kept key, in the shadow relation timeseal_kept
-- reads: the entrypoint
-- writes: the shadow schema
-- time: rows with t0 = p_cut; facts known at p_cut itself must not reach them
create or replace function audit.replay_keep(
  p_entrypoint audit.entrypoint,
  p_cut timestamptz,
  p_keep jsonb,
  p_shadow text
) returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  v_entity text[] := array_remove(p_entrypoint.key_columns, p_entrypoint.t0_column);
  v_group text := coalesce(
    audit.column_list(p_entrypoint.relid, 'e.', v_entity[:cardinality(v_entity) - 1]), '1');
  v_kept bigint;
begin
  execute format(
    'create unlogged table %1$I.timeseal_kept as select %2$s from ('
    'select %2$s, row_number() over (partition by %3$s order by %2$s) as timeseal_place '
    'from %4$s as e where e.%5$I = %6$L::timestamptz and (%7$L::jsonb is null or jsonb_build_object(%8$s) = %7$L::jsonb)) as e '
    'where e.timeseal_place = 1',
    p_shadow, audit.column_list(p_entrypoint.relid, 'e.', p_entrypoint.key_columns), v_group,
    audit.relation_name(p_entrypoint.relid), p_entrypoint.t0_column, p_cut::text, p_keep,
    (select string_agg(format('%L, e.%I', k.name, k.name), ', ') from unnest(p_entrypoint.key_columns) as k (name)));
  get diagnostics v_kept = row_count;
  return v_kept;
end
$$;
