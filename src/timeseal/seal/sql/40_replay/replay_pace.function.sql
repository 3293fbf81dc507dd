-- purpose: what a world costs by what the last ones took: a fixed part and seconds per row
-- grain: one row; nulls when none was measured yet
-- reads: audit.replay_log
-- writes: nothing
-- time: the last four windows
create or replace function audit.replay_pace(
  p_entrypoint text,
  out fixed double precision,
  out per_row double precision
)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  -- one size alone says nothing of the fixed part: three quarters are assumed
  select case when p.slope > 0 and p.intercept >= 0 then p.intercept else 0.75 * p.seconds end,
    case when p.slope > 0 and p.intercept >= 0 then p.slope else 0.25 * p.seconds / p.rows end
  from (
    select regr_slope(l.seconds, l.rows_compared) as slope, regr_intercept(l.seconds, l.rows_compared) as intercept,
      avg(l.seconds) as seconds, avg(l.rows_compared) as rows
    from (
      select r.seconds, r.rows_compared
      from audit.replay_log as r
      where r.entrypoint = p_entrypoint and r.mode = 'cut and late by a tick' and r.from_t0 is not null and r.rows_compared > 0
      order by r.replay_id desc
      limit 4
    ) as l
  ) as p;
$$;
