-- purpose: things with the rating of their own row in the parent store
-- grain: grp, item
-- reads: sighting, the guarded view of the parent
-- writes: nothing
-- time: the parent's row of the same t0
select
  s.grp,
  s.item,
  s.seen_at as t0,
  (s.seen_at at time zone 'UTC')::date as t0_day,
  (select sum(p.rating) from rated_v_train_v as p where p.grp = s.grp and p.item = s.item and p.t0 = s.seen_at) as rating,
  null::timestamptz as _max_known_at
from (
  select distinct on (x.grp, x.item) x.grp, x.item, x.seen_at
  from sighting as x
  order by x.grp, x.item, x.seen_at
) as s
