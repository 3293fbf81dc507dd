-- purpose: what else was on offer when an ad appeared: earlier ads of the same car, of the same place, and supply
-- grain: one row per (generation, listing_id, t0)
-- reads: tom_features_v1, cars_supply_v1
-- writes: nothing; bound as a stored layer and a published materialized view
-- time: other ads with t0 - 720 hours (supply: 168 hours) <= their t0 < t0, strictly; never the ad itself
select
  f.generation,
  f.listing_id,
  f.t0,
  f.edited_date,
  f.t0_day,
  place.same_car as relist_same_car_720h,
  round(extract(epoch from f.t0 - place.same_car_at) / 3600, 6) as relist_same_car_hours,
  f.price::double precision / nullif(previous.price, 0) as relist_same_car_price_ratio,
  place.same_title as relist_same_title_place_720h,
  anywhere.same_car as relist_same_car_any_place_720h,
  place.same_model as seller_area_same_model_720h,
  place.same_brand as seller_area_same_brand_720h,
  supply.same_brand as supply_brand_168h,
  supply.same_postal3 as supply_postal3_168h,
  supply.same_postal2 as supply_postal2_168h,
  greatest(place.known_at, anywhere.known_at, supply._max_known_at) as _max_known_at
from tom_features_v1 as f
join cars_supply_v1 as supply on supply.generation = f.generation and supply.listing_id = f.listing_id and supply.t0 = f.t0
cross join lateral (
  select
    count(*) filter (where near.is_same_car),
    max(near.t0) filter (where near.is_same_car),
    count(*) filter (where near.is_same_title),
    count(*) filter (where near.generation = f.generation),
    count(*) filter (where near.is_same_brand),
    max(near.t0) filter (where near.is_same_brand or near.is_same_title)
  from (
    select
      n.t0,
      n.generation,
      n.brand = f.brand as is_same_brand,
      n.generation = f.generation and n.first_registration_year = f.first_registration_year
        and n.mileage_km = f.mileage_km and n.power_ps = f.power_ps as is_same_car,
      -- lengths first: neither function changes them, and most titles differ in theirs
      n.title_length = f.title_length
        and lower(translate(n.title, '_', ' ') collate "C") = lower(translate(f.title, '_', ' ') collate "C")
        as is_same_title
    from tom_features_v1 as n
    where n.postal_code = f.postal_code
      and n.t0 >= f.t0 - interval '720 hours'
      and n.t0 < f.t0
      and n.listing_id <> f.listing_id
  ) as near
) as place (same_car, same_car_at, same_title, same_model, same_brand, known_at)
-- ads of one instant: the dearest one counts as the previous one
cross join lateral (
  select max(n.price)
  from tom_features_v1 as n
  where n.postal_code = f.postal_code
    and n.t0 = place.same_car_at
    and n.generation = f.generation
    and n.first_registration_year = f.first_registration_year
    and n.mileage_km = f.mileage_km
    and n.power_ps = f.power_ps
    and n.listing_id <> f.listing_id
) as previous (price)
cross join lateral (
  select count(*), max(n.t0)
  from tom_features_v1 as n
  where n.generation = f.generation
    and n.price = f.price
    and n.mileage_km = f.mileage_km
    and n.power_ps = f.power_ps
    and n.first_registration_year = f.first_registration_year
    and n.first_registration_month is not distinct from f.first_registration_month
    and n.t0 >= f.t0 - interval '720 hours'
    and n.t0 < f.t0
    and n.listing_id <> f.listing_id
) as anywhere (same_car, known_at)
