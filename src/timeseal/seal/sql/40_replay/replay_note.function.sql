-- purpose: what share of the rows a replay compared, in how many worlds, how many of them had facts taken away, and how many were compared since the definition stands
-- grain: one text
-- reads: audit.replay_log, the entrypoint
-- writes: nothing
-- time: replays logged after p_mark
create or replace function audit.replay_note(p_entrypoint audit.entrypoint, p_mark bigint, p_definition text) returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_total bigint;
  v_since bigint;
begin
  execute format('select count(*) from %s', audit.relation_name(p_entrypoint.relid)) into v_total;
  execute format('select count(*) from %s as e where e.%I <@ $1', audit.relation_name(p_entrypoint.relid), p_entrypoint.t0_column)
    into v_since using audit.replay_covered(p_entrypoint.entrypoint, p_definition);
  return (
    select case when bool_or(l.mode = 'row')
      then format('%s of %s rows, each in a world of its own; %s of them in a whole one', sum(l.rows_compared), (
        select sum(b.rows) from audit.replay_batches(p_entrypoint.entrypoint) as b), sum(l.kept_rows))
      else format('%s of %s rows in %s worlds; %s of them without facts that came later; %s of them compared since the definition stands',
      least(sum(l.rows_compared - l.kept_rows), v_total), v_total, count(*),
      least(coalesce(sum(l.rows_compared - l.kept_rows) filter (where l.moved_facts > 0), 0), v_total), v_since) end
    from audit.replay_log as l
    where l.entrypoint = p_entrypoint.entrypoint and l.replay_id > p_mark and l.mode in ('cut and late by a tick', 'row')
  );
end
$$;
