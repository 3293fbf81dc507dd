-- purpose: each thing as first seen
-- grain: grp, item, t0
-- reads: sighting, place
-- writes: nothing
-- time: t0 is the first sighting; only that sighting is read
select
  s.grp,
  s.item,
  s.seen_at as t0,
  (s.seen_at at time zone 'UTC')::date as t0_day,
  s.amount,
  p.label,
  null::timestamptz as _max_known_at
from (
  select distinct on (x.grp, x.item) x.grp, x.item, x.seen_at, x.amount
  from sighting as x
  order by x.grp, x.item, x.seen_at
) as s
left join place as p on p.grp = s.grp
