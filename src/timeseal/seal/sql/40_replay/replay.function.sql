-- purpose: replay an entrypoint on demand, by one mode or all; nothing is certified and no door moves
-- grain: one finding per leaking column and mode
-- reads: what the modes read
-- writes: audit.replay_log, audit.replay_outcome
-- time: p_cut bounds world mode (default: just above the last t0); p_full: every row is sampled once, in eight rounds, and then has a world of its own
create or replace function audit.replay(
  p_entrypoint text,
  p_mode text default 'all',
  p_full boolean default false,
  p_seed text default '',
  p_cut timestamptz default null,
  p_sample integer default 200
) returns table (mode text, level text, object text, subject text, expected text, found text, hint text)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  v_entrypoint audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_cut timestamptz := p_cut;
  v_mode text;
begin
  if p_mode is null or p_mode not in ('world', 'entity', 'late', 'row', 'all') or p_sample is null or p_sample < 1 then
    raise exception 'TS003: there is no replay mode %', coalesce(p_mode, 'NULL')
      using errcode = 'TS003', detail = 'expected: world, entity, late, row or all, over a sample of at least one row',
        hint = 'Run: timeseal seal replay ' || v_entrypoint.entrypoint || ' --mode all';
  end if;
  if v_cut is null then
    execute format('select max(e.%1$I) + interval ''1 us'' from %2$s as e where isfinite(e.%1$I)',
      v_entrypoint.t0_column, audit.relation_name(v_entrypoint.relid)) into v_cut;
  end if;
  if v_cut is null then
    return query select p_mode, 'blocking', v_entrypoint.entrypoint, 'rows', 'at least one row', 'none', 'timeseal store refresh';
    return;
  end if;
  foreach v_mode in array array['world', 'entity', 'late', 'row'] loop
    if p_mode = v_mode or p_mode = 'all' and (p_full or v_mode <> 'row') then
      return query
      select distinct v_mode, f.level, f.object, f.subject, f.expected, f.found, f.hint
      from audit.replay_mode(v_entrypoint, v_mode, p_seed, v_cut, case when p_full then null else p_sample end,
        case when p_full then 8 else 1 end) as f;
    end if;
  end loop;
end
$$;
