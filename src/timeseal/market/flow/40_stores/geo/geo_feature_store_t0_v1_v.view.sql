-- purpose: certified entrypoint: where the seller of an ad lives
-- grain: one row per (generation, listing_id, t0)
-- reads: geo_first_sight_v1, geo_dim_super_metro_v4_pinned_v1
-- writes: nothing
-- time: t0 columns only
select
  f.edited_date,
  f.generation,
  f.listing_id,
  f.t0,
  f.t0_day,
  g.geo_release_id,
  g.region_geo,
  g.pickup_metro_30_200_geo,
  g.super_metro_v4_geo,
  g.geo_match_method
from geo_first_sight_v1 as f
left join geo_dim_super_metro_v4_pinned_v1 as g
  on g.generation = f.generation and g.listing_id = f.listing_id and g.t0 = f.t0
