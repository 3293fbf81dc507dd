-- purpose: a window in Timeseal: a layer of plain SQL, whose certificate depends on its gates
-- grain: one row per spine row
-- reads: board.spine, board.fact
-- writes: nothing
-- time: event_time and known_at strictly before t0; the start of the window is in
select s."row", {value}
from board.spine as s
left join board.fact as f on {key} and f.event_time < s.t0 and f.known_at < s.t0 and {old}
group by s."row"
order by s."row"
