-- purpose: the asking prices that a market is made of, each where and when it was first seen
-- grain: one row per (generation, listing_id, t0) of tom_features_v1_enriched_clean that asks a price; an auction asks none
-- reads: tom_features_v1_enriched_clean, tom_features_v1, listing_place_v1
-- writes: nothing; bound as a stored layer and a published materialized view
-- time: t0 columns only; the place is that of its own t0
select
  e.generation,
  e.listing_id,
  e.t0,
  e.edited_date,
  e.t0_day,
  p.super_metro_v4_geo,
  p.kommune_code4,
  p.kommune_place_code4,
  e.price::double precision as price,
  round(ln(e.price::numeric), 6)::double precision as log_price_mkt,
  greatest(e._max_known_at, p._max_known_at) as _max_known_at
from tom_features_v1_enriched_clean as e
left join tom_features_v1 as f on f.generation = e.generation and f.listing_id = e.listing_id and f.t0 = e.t0
left join listing_place_v1 as p on p.generation = e.generation and p.listing_id = e.listing_id and p.t0 = e.t0
where e.price > 0
  and f.is_bidding is not true
