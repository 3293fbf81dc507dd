-- purpose: where each ad competes: cars are fetched from anywhere, so the whole market is one area
-- grain: one row per (generation, listing_id, t0) of tom_features_v1
-- reads: tom_features_v1
-- writes: nothing; bound as a stored layer and a published materialized view
-- time: none; no map is read, since every map there is was published after the ads
select
  f.generation,
  f.listing_id,
  f.t0,
  f.edited_date,
  f.t0_day,
  'whole_market'::text as market_area,
  null::timestamptz as _max_known_at
from tom_features_v1 as f
