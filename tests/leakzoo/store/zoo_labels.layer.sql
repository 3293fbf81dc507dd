-- purpose: labels, outside every certified closure
-- grain: one row per (generation, listing_id, t0)
-- reads: zoo_base, zoo_outcomes
-- writes: nothing; bound as a stored layer
-- time: as known at the end
select b.generation, b.listing_id, b.t0, b.t0_day, o.fast
from zoo_base as b
left join zoo_outcomes as o on o.generation = b.generation and o.listing_id = b.listing_id and o.t0 = b.t0
