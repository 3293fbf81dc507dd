-- purpose: replay an entrypoint within its budget: the cheap sampled modes first, always all rows once, then what still fits
-- grain: one finding per leaking column, about a stored row where a world shows it, else about a sampled one
-- reads: audit.replay_outcome, what the modes read
-- writes: audit.replay_log, audit.replay_outcome
-- time: a mode starts when, by its last measured time, it fits the rest of the budget, with a smaller sample if need be; world always runs
create or replace function audit.replay_sampled(p_entrypoint audit.entrypoint, p_seed text) returns setof audit.finding
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  v_started timestamptz := clock_timestamp();
  v_budget double precision := extract(epoch from p_entrypoint.replay_budget);
  v_left double precision;
  v_mode text;
  v_cut timestamptz;
  v_last record;
  v_share double precision;
  v_stored audit.finding[] := '{}';
  v_sampled audit.finding[] := '{}';
begin
  execute format('select max(e.%1$I) + interval ''1 us'' from %2$s as e where isfinite(e.%1$I)',
    p_entrypoint.t0_column, audit.relation_name(p_entrypoint.relid)) into v_cut;
  if v_cut is null then
    return next row('replay', 'blocking', p_entrypoint.entrypoint, 'rows', 'at least one row', 'none',
      'run: timeseal store refresh')::audit.finding;
    return;
  end if;
  foreach v_mode in array array['entity', 'late', 'world', 'world at a shared t0'] loop
    v_left := v_budget - extract(epoch from clock_timestamp() - v_started);
    select o.seconds, o.sample into v_last
    from audit.replay_outcome as o
    where o.entrypoint = p_entrypoint.entrypoint and o.status <> 'skipped'
      and o.mode = case v_mode when 'world at a shared t0' then 'world' else v_mode end
    order by o.outcome_id desc
    limit 1;
    v_share := coalesce(greatest(v_left, 0) / greatest(v_last.seconds, 0.001), 1);
    if v_mode = 'world at a shared t0' and v_share >= 0.1 then -- a world costs by the rows before its cut
      select c.cut into v_cut from audit.replay_cuts(p_entrypoint, p_seed, least(v_share, 0.5)) as c where c.kind = 'on';
      v_stored := v_stored || array(select f from audit.replay_mode(p_entrypoint, v_mode, p_seed, v_cut) as f);
    elsif v_mode = 'world' then
      v_stored := v_stored || array(select f from audit.replay_mode(p_entrypoint, v_mode, p_seed, v_cut) as f);
    elsif v_mode in ('entity', 'late') and coalesce(v_last.sample, 200) * v_share >= 20 and v_left > 0 then
      v_sampled := v_sampled || array(select f from audit.replay_mode(p_entrypoint, v_mode, p_seed, null,
        least(200, coalesce(v_last.sample, 200) * v_share)::integer) as f);
    else
      insert into audit.replay_outcome (entrypoint, seed, mode, status, rows_compared, columns_compared, findings, seconds, note)
      values (p_entrypoint.entrypoint, coalesce(p_seed, ''), v_mode, 'skipped', 0, 0, 0, 0,
        format('skipped for budget: %s of %s s were left', round(greatest(v_left, 0)::numeric, 1), round(v_budget::numeric, 1)));
      if v_mode in ('entity', 'late') then
        v_sampled := v_sampled || row('replay', 'warning', p_entrypoint.entrypoint, 'mode ' || v_mode, 'within the budget',
          'skipped for budget', 'timeseal seal replay ' || p_entrypoint.entrypoint || ' --mode ' || v_mode)::audit.finding;
      end if;
    end if;
    exit when exists (select 1 from unnest(v_stored || v_sampled) as f
      where f.subject not like '{%' and f.level = 'blocking'); -- the world cannot be rebuilt, whatever the mode
  end loop;
  return query
  select distinct f.gate, f.level, f.object, f.subject, f.expected, f.found, f.hint || coalesce((
    select min(substring(s.hint from '; source: .*$')) from unnest(v_sampled) as s where s.object = f.object), '')
  from unnest(v_stored) as f
  union
  select f.* from unnest(v_sampled) as f
  where f.subject not like '{%' or not exists (select 1 from unnest(v_stored) as s where s.object = f.object);
end
$$;
