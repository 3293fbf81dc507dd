-- purpose: rows that were taught by outcomes of the 24 hours before their t0
-- grain: one bad row
-- reads: zoo_encoded, zoo_base, zoo_outcomes
-- writes: nothing
-- time: event_time < t0 - 24 hours, known_at < t0
select e.generation, e.listing_id, e.t0, e.band_support
from zoo_encoded as e
where e.band_support > (
  select count(*)
  from zoo_outcomes as o
  where o.band = e.band
    and o.known_at < e.t0
    and o.event_time < e.t0 - interval '24 hours'
)
