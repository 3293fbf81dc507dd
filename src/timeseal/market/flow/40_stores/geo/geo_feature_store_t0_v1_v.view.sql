-- purpose: certified entrypoint: where the seller of an ad lives
-- grain: one row per (generation, listing_id, t0)
-- reads: geo_dim_super_metro_v4_pinned_v1
-- writes: nothing
-- time: t0 columns only
select
  g.edited_date,
  g.generation,
  g.listing_id,
  g.t0,
  g.t0_day,
  g.geo_release_id,
  g.region_geo,
  g.pickup_metro_30_200_geo,
  g.super_metro_v4_geo,
  g.geo_match_method
from geo_dim_super_metro_v4_pinned_v1 as g
