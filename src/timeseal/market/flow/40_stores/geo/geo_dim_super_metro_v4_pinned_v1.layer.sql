-- purpose: region, pickup metro and super metro of each ad's place: one level, postal code, else town, else unknown
-- grain: one row per (generation, listing_id, t0); none at all without a pin
-- reads: geo_first_sight_v1, geo_mapping_pinned_super_metro_v4_v1, postal_code_to_super_metro, city_to_super_metro
-- writes: nothing; bound as a stored layer and a published materialized view
-- time: a fixed map, pinned as a literal: changing it changes the sealed definition
select
  f.generation,
  f.listing_id,
  f.t0,
  f.edited_date,
  f.t0_day,
  r.release_id as geo_release_id,
  coalesce(p.region, c.region, 'unknown') as region_geo,
  coalesce(
    case when p.postal_code is not null then p.pickup_metro_30_200 else c.pickup_metro_30_200 end,
    'other_' || ref.norm_city(coalesce(p.region, c.region, 'unknown'))
  ) as pickup_metro_30_200_geo,
  coalesce(p.super_metro_v4, c.super_metro_v4, 'other_unknown') as super_metro_v4_geo,
  case
    when p.postal_code is not null then 'postal'
    when c.location_city_norm is not null then 'city'
    when k.postal_code_norm is null and k.location_city_norm is null then 'missing_keys'
    else 'unmapped'
  end as geo_match_method,
  k.postal_code_norm,
  k.location_city_norm,
  null::timestamptz as _max_known_at
from geo_first_sight_v1 as f
cross join lateral (
  select ref.norm_postal_code(f.postal_code), ref.norm_city(f.location_city)
) as k (postal_code_norm, location_city_norm)
cross join geo_mapping_pinned_super_metro_v4_v1 as r
left join postal_code_to_super_metro as p on p.release_id = r.release_id and p.postal_code = k.postal_code_norm
left join city_to_super_metro as c on c.release_id = r.release_id and c.location_city_norm = k.location_city_norm
