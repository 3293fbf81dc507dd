-- purpose: compare the entrypoint (or a shadow of it) with its replayed twin and say for each differing column where it starts to differ
-- grain: one finding per differing column
-- reads: the entrypoint, the shadow, stored feature layers
-- writes: nothing
-- time: rows with t0 before the cut (from p_from on) and the rows kept at the cut
create or replace function audit.replay_compare(
  p_entrypoint audit.entrypoint,
  p_cut timestamptz,
  p_where text,
  p_shadow text,
  p_rows bigint,
  p_found text default null,
  p_mode text default 'world'
) returns setof audit.finding
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  v_difference record;
begin
  for v_difference in
    select d.column_name, d.row_count, d.row_key, d.t0, d.expected, d.found
    from audit.replay_differences(p_entrypoint.relid, p_shadow, p_entrypoint.key_columns, p_entrypoint.t0_column, p_where,
      p_found) as d
  loop
    return next row('replay', 'blocking', p_entrypoint.entrypoint || '.' || v_difference.column_name,
      v_difference.row_key,
      coalesce(v_difference.expected, 'NULL') || case p_mode
        when 'entity' then ' whatever becomes known at or after t0'
        when 'late' then ' as without what became known only at ' || p_cut
        else ' as known at ' || p_cut end,
      coalesce(v_difference.found, 'NULL'),
      format('%s of %s rows differ; this t0 lies %s before the cut; %s: read facts only with known_at < t0',
        v_difference.row_count, p_rows, p_cut - v_difference.t0,
        audit.replay_origin(p_entrypoint, v_difference.column_name, p_where, p_shadow, p_found)))::audit.finding;
  end loop;
end
$$;
