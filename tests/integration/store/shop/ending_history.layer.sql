-- purpose: how long things lasted
-- grain: grp, item, t0
-- reads: ending, thing_base
-- writes: nothing
-- time: known_at says when the ending became known
select
  b.grp,
  b.item,
  b.t0,
  b.t0_day,
  e.event_time as ended_at,
  e.known_at,
  extract(epoch from e.event_time - b.t0)::bigint as lasted_s
from thing_base as b
join ending as e on e.grp = b.grp and e.item = b.item
