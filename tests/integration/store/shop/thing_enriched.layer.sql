-- purpose: each thing beside what was known of others
-- grain: grp, item, t0
-- reads: thing_base, ending_history
-- writes: nothing
-- time: endings with known_at < t0, sightings with t0 < this t0, never the thing itself
select
  b.grp,
  b.item,
  b.t0,
  b.t0_day,
  b.amount,
  b.label,
  h.ended_n,
  h.lasted_median_s,
  o.offered_n,
  o.offered_median,
  h.last_known_at as _max_known_at
from thing_base as b
left join lateral (
  select count(*) as ended_n,
    percentile_disc(0.5) within group (order by x.lasted_s) as lasted_median_s,
    max(x.known_at) as last_known_at
  from ending_history as x
  where x.grp = b.grp and x.known_at < b.t0 and x.ended_at >= b.t0 - interval '168 hours'
    and x.item <> b.item
) as h on true
left join lateral (
  select count(*) as offered_n, percentile_disc(0.5) within group (order by x.amount) as offered_median
  from thing_base as x
  where x.grp = b.grp and x.t0 < b.t0 and x.t0 >= b.t0 - interval '24 hours' and x.item <> b.item
) as o on true
