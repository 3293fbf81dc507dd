-- purpose: the entrypoint
-- grain: grp, item
-- reads: rated_base
-- writes: nothing
-- time: t0
select e.grp, e.item, e.t0, e.t0_day, e.rating from rated_base as e
