-- purpose: state of each ad's postal code; this market has no super metros, no pickup metros and no towns
-- grain: one row per (generation, listing_id, t0); none at all before the map is loaded
-- reads: geo_first_sight_v1, geo_postal
-- writes: nothing; bound as a stored layer and a published materialized view
-- time: a fixed map, younger than the ads, joined under a recorded waiver
select
  f.generation,
  f.listing_id,
  f.t0,
  f.edited_date,
  f.t0_day,
  'geonames-de-2026-03-30' as geo_release_id,
  coalesce(p.state, 'unknown') as region_geo,
  null::text as pickup_metro_30_200_geo,
  null::text as super_metro_v4_geo,
  case
    when p.postal_code is not null then 'postal'
    when k.postal_code_norm is null then 'missing_keys'
    else 'unmapped'
  end as geo_match_method,
  k.postal_code_norm,
  null::text as location_city_norm,
  null::timestamptz as _max_known_at
from geo_first_sight_v1 as f
cross join lateral (
  select case when f.postal_code ~ '^[0-9]{5}$' then f.postal_code end
) as k (postal_code_norm)
left join geo_postal as p on p.release_id = 'geonames-de-2026-03-30' and p.postal_code = k.postal_code_norm
where exists (select from geo_postal as m where m.release_id = 'geonames-de-2026-03-30')
