-- purpose: run one mode of a replay and record how it ended
-- grain: one finding per leaking column
-- reads: what the mode reads
-- writes: audit.replay_log, audit.replay_outcome
-- time: world looks back from p_cut, or in windows within p_seconds; entity and late draw their times by the seed; past p_until a mode stops
create or replace function audit.replay_mode(
  p_entrypoint audit.entrypoint,
  p_mode text,
  p_seed text,
  p_cut timestamptz default null,
  p_sample integer default 200,
  p_rounds integer default 1,
  p_seconds double precision default null,
  p_until timestamptz default null
) returns setof audit.finding
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_started timestamptz := clock_timestamp();
  v_mark bigint := (select coalesce(max(l.replay_id), 0) from audit.replay_log as l);
  v_definition text := case when p_mode = 'world' then audit.definition_sha256(p_entrypoint.relid) end;
  v_findings audit.finding[] := '{}';
begin
  begin
    case p_mode
      when 'world' then
        v_findings := case when p_seconds is null then array(select f from audit.replay_between(p_entrypoint, p_cut) as f)
          else array(select f from audit.replay_windows(p_entrypoint, p_seed, v_definition, p_seconds, p_until) as f) end;
      when 'row' then
        v_findings := array(
          select f
          from audit.replay_batches(p_entrypoint.entrypoint) as b
          cross join lateral audit.replay_walk(p_entrypoint, b.from_t0, b.upto_t0) as f);
      when 'entity' then
        for v_round in 0 .. p_rounds - 1 loop
          v_findings := v_findings || array(
            select f from audit.replay_entity(p_entrypoint.entrypoint, p_sample, p_seed, v_round, p_until) as f);
        end loop;
      when 'late' then
        for v_round in 0 .. p_rounds - 1 loop
          v_findings := v_findings || array(
            select f from audit.replay_late(p_entrypoint.entrypoint, p_sample, p_seed, v_round, p_until) as f);
        end loop;
    end case;
  exception when sqlstate 'TSR01' then
    v_findings := array[row('replay', 'warning', p_entrypoint.entrypoint, 'mode ' || p_mode, 'within the budget',
      'stopped at the budget', 'timeseal seal replay ' || p_entrypoint.entrypoint || ' --mode ' || p_mode)::audit.finding];
  end;
  if p_mode = 'world' and not exists (select 1 from unnest(v_findings) as f where f.level is distinct from 'warning') then
    update audit.replay_log as l
    set definition = v_definition
    where l.entrypoint = p_entrypoint.entrypoint and l.replay_id > v_mark and l.mode = 'cut and late by a tick';
  end if;
  insert into audit.replay_outcome (entrypoint, seed, mode, status, sample, rows_compared, columns_compared, findings, seconds, note)
  select p_entrypoint.entrypoint, coalesce(p_seed, ''), p_mode,
    case when exists (select 1 from unnest(v_findings) as f where f.level is distinct from 'warning') then 'failed'
      when max(l.rows_compared) > 0 then 'passed' else 'skipped' end,
    case when p_mode in ('entity', 'late') then p_sample end, 
    coalesce(sum(l.rows_compared - case p_mode when 'world' then l.kept_rows else 0 end)
      filter (where l.trial is null and (p_mode not in ('world', 'row') or l.mode in ('cut and late by a tick', 'row'))), 0), coalesce(max(l.columns_compared), 0),
    cardinality(v_findings), extract(epoch from clock_timestamp() - v_started),
    case when coalesce(max(l.rows_compared), 0) = 0 then coalesce(
        (select f.found from unnest(v_findings) as f where f.found = 'stopped at the budget'), 'there was nothing to compare')
      when p_mode in ('world', 'row') then audit.replay_note(p_entrypoint, v_mark, v_definition) end
  from audit.replay_log as l
  where l.entrypoint = p_entrypoint.entrypoint and l.replay_id > v_mark;
  return query select f.* from unnest(v_findings) as f;
end
$$;
