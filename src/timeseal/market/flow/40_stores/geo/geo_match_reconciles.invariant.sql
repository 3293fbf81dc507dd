-- purpose: ads whose match method contradicts their place, and matches without a region
-- grain: one bad row
-- reads: geo_first_sight_v1, geo_dim_super_metro_v4_pinned_v1
-- writes: nothing
-- time: none
select f.generation, f.listing_id, f.t0, g.geo_match_method, g.region_geo
from geo_first_sight_v1 as f
left join geo_dim_super_metro_v4_pinned_v1 as g
  on g.generation = f.generation and g.listing_id = f.listing_id and g.t0 = f.t0
where g.geo_match_method is null
  or (g.geo_match_method = 'postal' and g.postal_code_norm is null)
  or (g.geo_match_method = 'city' and g.location_city_norm is null)
  or (g.geo_match_method = 'missing_keys') <> (g.postal_code_norm is null and g.location_city_norm is null)
  or (g.geo_match_method in ('postal', 'city')) <> (g.region_geo <> 'unknown')
