-- purpose: replay an entrypoint within its budget: worlds over as many stored rows as fit, then the sampled modes
-- grain: one finding per leaking column, about a stored row where a world shows it, else about a sampled one
-- reads: audit.replay_outcome, what the modes read
-- writes: audit.replay_log, audit.replay_outcome
-- time: worlds have three fifths of the budget, entity and late a fifth each and what those before left; each stops past its share by a fifth; one world always runs
create or replace function audit.replay_sampled(p_entrypoint audit.entrypoint, p_seed text) returns setof audit.finding
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  v_started timestamptz := clock_timestamp();
  v_budget double precision := extract(epoch from p_entrypoint.replay_budget);
  v_left double precision; -- of the share of a mode, with what was left over
  v_mode text;
  v_until double precision := 0.6; -- shares handed out so far
  v_filled boolean;
  v_last record;
  v_sample integer;
  v_stored audit.finding[] := '{}';
  v_sampled audit.finding[] := '{}';
begin
  execute format('select exists (select 1 from %s as e where isfinite(e.%I))',
    audit.relation_name(p_entrypoint.relid), p_entrypoint.t0_column) into v_filled;
  if not v_filled then
    return next row('replay', 'blocking', p_entrypoint.entrypoint, 'rows', 'at least one row', 'none',
      'run: timeseal store refresh')::audit.finding;
    return;
  end if;
  v_stored := array(select f from audit.replay_mode(p_entrypoint, 'world', p_seed, p_seconds => 0.6 * v_budget,
    p_until => v_started + make_interval(secs => 0.72 * v_budget)) as f);
  foreach v_mode in array array['entity', 'late'] loop
    exit when exists (select 1 from unnest(v_stored || v_sampled) as f
      where f.subject not like '{%' and f.level = 'blocking'); -- the world cannot be rebuilt, whatever the mode
    v_until := v_until + 0.2;
    v_left := greatest(0.2 * v_budget, v_until * v_budget - extract(epoch from clock_timestamp() - v_started));
    select o.seconds, o.sample into v_last
    from audit.replay_outcome as o
    where o.entrypoint = p_entrypoint.entrypoint and (o.status <> 'skipped' or o.note = 'stopped at the budget') and o.mode in (v_mode, 'entity')
    order by o.mode = v_mode desc, o.outcome_id desc
    limit 1;
    -- below twenty rows only what is fixed is left of the cost; a first time nothing is known of it
    v_sample := greatest(20, least(200, coalesce(v_last.sample * 0.9 * v_left / greatest(v_last.seconds, 0.001), 50)));
    if v_left > 0 then
      v_sampled := v_sampled || array(select f from audit.replay_mode(p_entrypoint, v_mode, p_seed, null, v_sample,
        p_until => clock_timestamp() + make_interval(secs => 1.2 * v_left)) as f);
    else
      insert into audit.replay_outcome (entrypoint, seed, mode, status, rows_compared, columns_compared, findings, seconds, note)
      values (p_entrypoint.entrypoint, coalesce(p_seed, ''), v_mode, 'skipped', 0, 0, 0, 0,
        format('skipped for budget: its share is %s of %s s', round(v_left::numeric, 1), round(v_budget::numeric, 1)));
      v_sampled := v_sampled || row('replay', 'warning', p_entrypoint.entrypoint, 'mode ' || v_mode, 'within the budget',
        'skipped for budget', 'timeseal seal replay ' || p_entrypoint.entrypoint || ' --mode ' || v_mode)::audit.finding;
    end if;
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
