-- purpose: ads without one place row, mapped by another release than the pinned one, or against their own method
-- grain: one bad row
-- reads: tom_features_v1, listing_place_v1, geo_mapping_pinned_super_metro_v4_v1
-- writes: nothing
-- time: none
select f.generation, f.listing_id, f.t0, p.geo_match_method, p.geo_release_id, p.super_metro_v4_geo
from tom_features_v1 as f
left join listing_place_v1 as p on p.generation = f.generation and p.listing_id = f.listing_id and p.t0 = f.t0
left join geo_mapping_pinned_super_metro_v4_v1 as r on true
where p.geo_match_method is null
  or p.geo_release_id is distinct from r.release_id
  or (p.geo_match_method in ('postal', 'city')) <> (p.super_metro_v4_geo is not null and p.region_geo is not null)
  or (p.geo_match_method = 'postal' and p.postal_code4 is null)
  or (p.geo_match_method = 'no_map') <> (
    r.release_id is null and (p.postal_code4 is not null or ref.norm_city(f.location_city) is not null))
