-- purpose: replay all rows, newest first, window by window: each in a world that ends where the one before began
-- grain: one finding per leaking column
-- reads: the entrypoint, what audit.replay_pace and audit.replay_between reads
-- writes: audit.replay_log
-- time: the first window always runs; a further one starts when, by what the last ones took, it fits p_seconds
create or replace function audit.replay_windows(
  p_entrypoint audit.entrypoint,
  p_seed text,
  p_seconds double precision
) returns setof audit.finding
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  v_started timestamptz := clock_timestamp();
  v_total bigint;
  v_cut timestamptz;
  v_from timestamptz;
  v_open bigint;   -- rows not yet compared
  v_rows bigint;   -- rows of the next window
  v_fixed double precision;
  v_per_row double precision;
  v_findings audit.finding[];
begin
  execute format('select count(*), max(e.%1$I) + interval ''1 us'' from %2$s as e where isfinite(e.%1$I)',
    p_entrypoint.t0_column, audit.relation_name(p_entrypoint.relid)) into v_total, v_cut;
  v_open := v_total;
  select p.fixed, p.per_row into v_fixed, v_per_row from audit.replay_pace(p_entrypoint.entrypoint) as p;
  -- never all at once: what becomes known within the last window is cut by nothing
  v_rows := greatest(1, least(v_total / 4, case when v_per_row > 0 then greatest(1000, (0.4 * p_seconds - v_fixed) / v_per_row) else 2000 end))::bigint;
  loop
    execute format(
      'select m.t0 from (select e.%1$I as t0, count(*) as shared, sum(count(*)) over (order by e.%1$I) - count(*) as below '
      'from %2$s as e where e.%1$I < $1 group by e.%1$I) as m where m.below >= $2 - $3 and m.below <= $2 - $3 / 2 '
      'order by least(m.shared, 2) desc, sha256(convert_to($4 || extract(epoch from m.t0)::text, ''UTF8'')), m.t0 limit 1',
      p_entrypoint.t0_column, audit.relation_name(p_entrypoint.relid))
      into v_from using v_cut, v_open, v_rows, coalesce(p_seed, '');
    v_from := case when v_rows < v_open then v_from end;
    v_findings := array(select f from audit.replay_between(p_entrypoint, v_cut, coalesce(v_from, '-infinity')) as f);
    return query select f.* from unnest(v_findings) as f;
    exit when v_from is null or exists (select 1 from unnest(v_findings) as f where f.level = 'blocking');
    execute format('select count(*) from %s as e where e.%I < $1', audit.relation_name(p_entrypoint.relid),
      p_entrypoint.t0_column) into v_open using v_from;
    v_cut := v_from;
    select p.fixed, p.per_row into v_fixed, v_per_row from audit.replay_pace(p_entrypoint.entrypoint) as p;
    v_rows := (0.8 * (p_seconds - extract(epoch from clock_timestamp() - v_started) - v_fixed) / v_per_row)::bigint;
    exit when v_rows < least(v_open, v_total / 50 + 1);
  end loop;
end
$$;
