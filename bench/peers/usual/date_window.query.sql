-- purpose: the habit's window: events of the days before the decision's day
-- grain: one row per spine row
-- reads: board.spine, board.fact
-- writes: nothing
-- time: days of the session's zone; {day} is <= in one form of the habit and < in the other
select s."row", {value}
from board.spine as s
left join board.fact as f on {key} and f.event_time::date {day} s.t0::date and {old}
group by s."row"
order by s."row"
