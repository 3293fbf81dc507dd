-- purpose: certified entrypoint of the blocks on the clock of t0
-- grain: one row per (generation, listing_id, t0)
-- reads: zoo_base, zoo_encoded, zoo_mapped, zoo_repaired
-- writes: nothing
-- time: t0 columns only
select
  b.generation,
  b.listing_id,
  b.t0,
  b.t0_day,
  b.price,
  b.seller_rating,
  e.band,
  e.band_support,
  e.band_fast_rate,
  e.price_minus_mean,
  e.price_place,
  m.map_release,
  m.place_count,
  m.map_known,
  r.condition_score,
  r.condition_source,
  r.seller_ads_720h,
  r.seller_last_price
from zoo_base as b
left join zoo_encoded as e on e.generation = b.generation and e.listing_id = b.listing_id and e.t0 = b.t0
left join zoo_mapped as m on m.generation = b.generation and m.listing_id = b.listing_id and m.t0 = b.t0
left join zoo_repaired as r on r.generation = b.generation and r.listing_id = b.listing_id and r.t0 = b.t0
