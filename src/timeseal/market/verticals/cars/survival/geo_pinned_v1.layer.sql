-- purpose: where the seller lives: district, state and coordinates of the postal code, from pinned releases
-- grain: one row per (generation, listing_id, t0)
-- reads: tom_features_v1, geo_postal, geo_district
-- writes: nothing; bound as a stored layer and a published materialized view
-- time: the releases are younger than the ads: fixed maps, joined under a recorded waiver
select
  f.generation,
  f.listing_id,
  f.t0,
  f.edited_date,
  f.t0_day,
  'geonames-de-2026-03-30' as geo_release_id,
  p.state,
  p.district_code,
  p.district,
  p.lat::double precision as lat,
  p.lon::double precision as lon,
  d.population as district_population,
  round(d.population / d.area_km2, 1)::double precision as district_population_per_km2,
  case when f.postal_code is null then 'missing_key' when p.postal_code is null then 'unmapped' else 'postal' end
    as geo_match_method,
  null::timestamptz as _max_known_at
from tom_features_v1 as f
left join geo_postal as p on p.release_id = 'geonames-de-2026-03-30' and p.postal_code = f.postal_code
left join geo_district as d on d.release_id = 'destatis-gv-2017-03-31' and d.district_code = p.district_code
