-- purpose: the condition under which rows are compared, on the alias e
-- grain: one replay
-- reads: nothing
-- writes: nothing
-- time: p_from <= t0 < bound, and the rows kept at the cut
create or replace function audit.replay_where(
  p_entrypoint audit.entrypoint,
  p_cut timestamptz,
  p_from timestamptz,
  p_shadow text,
  p_kept bigint
) returns text
language sql
stable
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
as $$
  select format('(e.%I < %L::timestamptz', p_entrypoint.t0_column, audit.replay_bound(p_entrypoint, p_cut)::text)
    || case when p_from is null then '' else
      format(' and e.%I >= %L::timestamptz', p_entrypoint.t0_column, p_from::text) end
    || case when p_kept = 0 then '' else
      format(' or e.%1$I = %2$L::timestamptz and (%3$s) in (select %4$s from %5$I.timeseal_kept as k)',
        p_entrypoint.t0_column, p_cut::text, audit.column_list(p_entrypoint.relid, 'e.', p_entrypoint.key_columns),
        audit.column_list(p_entrypoint.relid, 'k.', p_entrypoint.key_columns), p_shadow) end
    || ')';
$$;
