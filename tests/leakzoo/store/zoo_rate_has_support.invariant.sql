-- purpose: a rate without support, or support without a rate
-- grain: one bad row
-- reads: zoo_encoded
-- writes: nothing
-- time: none
select e.generation, e.listing_id, e.t0
from zoo_encoded as e
where (e.band_support > 0) <> (e.band_fast_rate is not null)
