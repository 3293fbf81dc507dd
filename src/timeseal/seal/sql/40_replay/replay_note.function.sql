-- purpose: what share of the rows a replay compared, in how many worlds, and how many of them had facts taken away
-- grain: one text
-- reads: audit.replay_log, the entrypoint
-- writes: nothing
-- time: replays logged after p_mark
create or replace function audit.replay_note(p_entrypoint audit.entrypoint, p_mark bigint) returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_total bigint;
begin
  execute format('select count(*) from %s', audit.relation_name(p_entrypoint.relid)) into v_total;
  return (
    select case when bool_or(l.mode = 'row')
      then format('%s of %s rows, each in a world of its own; %s of them in a whole one', sum(l.rows_compared), (
        select sum(b.rows) from audit.replay_batches(p_entrypoint.entrypoint) as b), sum(l.kept_rows))
      else format('%s of %s rows in %s worlds; %s of them without facts that came later',
      least(sum(l.rows_compared), v_total), v_total, count(*),
      least(coalesce(sum(l.rows_compared) filter (where l.moved_facts > 0), 0), v_total)) end
    from audit.replay_log as l
    where l.entrypoint = p_entrypoint.entrypoint and l.replay_id > p_mark and l.mode in ('cut and late by a tick', 'row')
  );
end
$$;
