-- purpose: where each ad is, inside this store: postal code, municipality and the code of its area now, super metro
-- grain: one row per (generation, listing_id, t0) of tom_features_v1; none is lost without a map or a register
-- reads: tom_features_v1, postal_code_to_kommune_history, kommune_code_history, geo_mapping_pinned_super_metro_v4_v1, postal_code_to_super_metro, city_to_super_metro
-- writes: nothing; bound as a stored layer and a published materialized view
-- time: registers published before t0, codes in the year of the snapshot; the map is fixed, pinned as a literal
select
  f.generation,
  f.listing_id,
  f.t0,
  f.edited_date,
  f.t0_day,
  f.postal_code4,
  k.kommune_code4,
  k.snapshot_date as postal_kommune_snapshot_date,
  h.release_id as kommune_history_release_id,
  h.place_code4 as kommune_place_code4,
  coalesce(p.region, c.region) as region_geo,
  coalesce(p.super_metro_v4, c.super_metro_v4) as super_metro_v4_geo,
  coalesce(p.super_metro_v4, c.super_metro_v4) as market_area,
  r.release_id as geo_release_id,
  case
    when p.postal_code is not null then 'postal'
    when c.location_city_norm is not null then 'city'
    when f.postal_code4 is null and f.location_city_norm is null then 'missing_keys'
    when r.release_id is null then 'no_map'
    else 'unmapped'
  end as geo_match_method,
  greatest(k.known_at, h.known_at) as _max_known_at
from (
  select a.generation, a.listing_id, a.t0, a.edited_date, a.t0_day,
    ref.norm_postal_code(a.postal_code) as postal_code4, ref.norm_city(a.location_city) as location_city_norm
  from tom_features_v1 as a
) as f
left join lateral (
  select s.kommune_code4, s.snapshot_date, s.known_at
  from postal_code_to_kommune_history as s
  where s.postal_code = f.postal_code4 and s.known_at < f.t0
  order by s.snapshot_date desc, s.known_at desc, s.release_id desc
  limit 1
) as k on true
left join lateral (
  select v.release_id, coalesce(v.successor_code4, v.kommune_code4) as place_code4, v.known_at
  from kommune_code_history as v
  where v.kommune_code4 = k.kommune_code4 and v.known_at < f.t0
    and v.valid_from_year <= extract(year from k.snapshot_date)
    and coalesce(v.valid_to_year, 9999) >= extract(year from k.snapshot_date)
  order by v.known_at desc, v.release_id desc, v.valid_from_year desc
  limit 1
) as h on true
left join geo_mapping_pinned_super_metro_v4_v1 as r on true
left join postal_code_to_super_metro as p on p.release_id = r.release_id and p.postal_code = f.postal_code4
left join city_to_super_metro as c on c.release_id = r.release_id and c.location_city_norm = f.location_city_norm
