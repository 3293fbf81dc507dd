-- purpose: the habit's as-of join: the newest event whose day is not after the decision's day
-- grain: one row per spine row
-- reads: board.spine, board.fact
-- writes: nothing
-- time: days of the session's zone; {day} is <= in one form of the habit and < in the other
select s."row", f.value
from board.spine as s
left join lateral (
  select f.value
  from board.fact as f
  where {key} and f.event_time::date {day} s.t0::date and {old}
  order by f.event_time desc
  limit 1
) as f on true
order by s."row"
