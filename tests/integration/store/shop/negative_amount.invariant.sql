-- purpose: an amount is never negative
-- grain: grp, item, t0
-- reads: thing_base
-- writes: nothing
-- time: none
select b.grp, b.item, b.t0, b.amount from thing_base as b where b.amount < 0
