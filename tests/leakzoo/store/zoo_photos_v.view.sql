-- purpose: certified entrypoint of the blocks on the landmark clock
-- grain: one row per (generation, listing_id, decision_at) still live then
-- reads: zoo_photos
-- writes: nothing
-- time: landmark columns only
select
  p.generation,
  p.listing_id,
  p.decision_at,
  p.decision_day,
  p.photos_labelled,
  p.damage_worst,
  p.photos_missing,
  p.price_now,
  p.price_edits
from zoo_photos as p
