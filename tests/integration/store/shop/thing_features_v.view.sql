-- purpose: what is known of a thing at its t0
-- grain: grp, item, t0
-- reads: thing_enriched
-- writes: nothing
-- time: t0
select e.grp, e.item, e.t0, e.t0_day, e.amount, e.label, e.ended_n, e.lasted_median_s, e.offered_n, e.offered_median
from thing_enriched as e
