-- purpose: replay stretches of rows drawn by the seed across all of time, each in a world that ends where the stretch ends
-- grain: one finding per leaking column
-- reads: the entrypoint, what audit.replay_covered, audit.replay_pace and audit.replay_between read
-- writes: audit.replay_log
-- time: the first window always runs; a further one starts when, by what the last ones took, it fits p_seconds, and stops at p_until
create or replace function audit.replay_windows(
  p_entrypoint audit.entrypoint,
  p_seed text,
  p_definition text,
  p_seconds double precision,
  p_until timestamptz default null
) returns setof audit.finding
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  v_started timestamptz := clock_timestamp();
  v_lot bigint := ('x' || left(encode(sha256(convert_to(coalesce(p_seed, ''), 'UTF8')), 'hex'), 8))::bit(32)::bigint;
  v_bounds timestamptz[]; -- stretch i: bounds i <= t0 < bounds i + 1
  v_below bigint[];       -- rows below each bound
  v_open boolean[];       -- not yet in a window
  v_new boolean[];        -- not yet compared since the definition stands
  v_total bigint;
  v_parts integer;
  v_turn integer := 0;
  v_first integer;
  v_last integer;
  v_rows double precision; -- of the next window
  v_pace record;
  v_findings audit.finding[];
begin
  -- a stretch begins, where one may be had, at a t0 of several rows: the world that ends there keeps only one of them
  execute format(
    'with moment as (select e.%1$I as t0, count(*) as shared, sum(count(*)) over (order by e.%1$I) - count(*) as below, '
    'sum(count(*)) over () as total from %2$s as e where e.%1$I < $1 group by e.%1$I), '
    'start as (select distinct on (div(m.below * 64, m.total)) m.t0, m.below from moment as m where m.below > 0 '
    'order by div(m.below * 64, m.total), least(m.shared, 2) desc, sha256(convert_to($2 || extract(epoch from m.t0)::text, ''UTF8'')), m.t0) '
    'select ''-infinity''::timestamptz || array_agg(s.t0 order by s.t0) || (select max(m.t0) + interval ''1 us'' from moment as m), '
    '0::bigint || array_agg(s.below::bigint order by s.t0) || (select max(m.total)::bigint from moment as m) from start as s',
    p_entrypoint.t0_column, audit.relation_name(p_entrypoint.relid))
    into v_bounds, v_below using audit.replay_bound(p_entrypoint, 'infinity'), coalesce(p_seed, '');
  v_parts := cardinality(v_bounds) - 1;
  v_total := v_below[v_parts + 1];
  if v_total is null then -- rows, but none that a refresh answers for
    return query select f.* from audit.replay_between(p_entrypoint, 'infinity', '-infinity') as f;
    return;
  end if;
  v_open := array_fill(true, array[v_parts]);
  v_new := array(
    select not tstzrange(v_bounds[i], v_bounds[i + 1]) <@ c.covered
    from audit.replay_covered(p_entrypoint.entrypoint, p_definition) as c (covered)
    cross join generate_series(1, v_parts) as i
    order by i);
  v_pace := audit.replay_pace(p_entrypoint.entrypoint);
  -- never all at once: what becomes known within a window is cut by nothing
  v_rows := least(v_total / 4, greatest(500, (0.25 * p_seconds - v_pace.fixed) / v_pace.per_row));
  loop
    -- the golden ratio leaves no part of the line unvisited for long; what was never compared comes before what was
    select i into v_first
    from generate_series(1, v_parts) as i
    cross join lateral (select floor(v_parts * ((v_lot / 4294967296.0 + v_turn * 0.6180339887) % 1))::integer as n) as drawn
    where v_open[i]
    order by not v_new[i], (i - 1 - drawn.n + v_parts) % v_parts
    limit 1;
    exit when not found;
    v_last := v_first;
    loop
      v_open[v_last] := false;
      v_open[v_first] := false;
      exit when v_below[v_last + 1] - v_below[v_first] >= v_rows;
      if v_open[v_last + 1] then
        v_last := v_last + 1;
      elsif v_open[v_first - 1] then
        v_first := v_first - 1;
      else
        exit;
      end if;
    end loop;
    begin
      v_findings := array(select f from audit.replay_between(p_entrypoint, v_bounds[v_last + 1], v_bounds[v_first],
        case when v_turn > 0 then p_until end) as f);
    exception when sqlstate 'TSR01' then -- not done: it may be drawn again another day
      exit;
    end;
    return query select f.* from unnest(v_findings) as f;
    exit when exists (select 1 from unnest(v_findings) as f where f.level = 'blocking');
    v_pace := audit.replay_pace(p_entrypoint.entrypoint);
    v_rows := (0.9 * (p_seconds - extract(epoch from clock_timestamp() - v_started)) - v_pace.fixed) / v_pace.per_row;
    exit when v_rows is null or v_rows < least(v_total / 50 + 1, (
      select sum(v_below[i + 1] - v_below[i]) from generate_series(1, v_parts) as i where v_open[i]));
    v_rows := least(v_rows, 1.5 * v_pace.fixed / v_pace.per_row);
    v_turn := v_turn + 1;
  end loop;
end
$$;
