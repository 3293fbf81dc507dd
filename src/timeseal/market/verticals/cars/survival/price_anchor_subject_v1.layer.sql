-- purpose: what makes two cars comparable, as the first sight of each ad stated it: model, power, age, mileage, fuel, gearbox, damage
-- grain: one row per (generation, listing_id, t0)
-- reads: tom_features_v1
-- writes: nothing; bound as a stored layer and a published materialized view
-- time: the defining observation alone; age counts calendar years from the first registration to t0
select
  f.generation,
  f.listing_id,
  f.t0,
  f.edited_date,
  f.t0_day,
  form.age_years,
  f.class_id::text as strict_cohort,
  alike.age_class * 10 + alike.damaged as strict_group,
  f.generation::text || case when alike.damaged > 0 then '/damaged' else '' end as smart_cohort,
  coalesce(least(form.age_years, 20), 99) * 10 + alike.gearbox as smart_1,
  alike.mileage_class as smart_2,
  coalesce(f.size_class, 0) * 10 + alike.fuel as smart_3,
  alike.age_class as smart_4,
  null::timestamptz as _max_known_at
from tom_features_v1 as f
-- greatest() passes over a year that is unknown
cross join lateral (
  select case when f.first_registration_year is not null
    then greatest(0, extract(year from f.t0 at time zone 'UTC')::integer - f.first_registration_year) end
) as form (age_years)
cross join lateral (
  select
    case
      when form.age_years <= 2 then 1
      when form.age_years <= 5 then 2
      when form.age_years <= 8 then 3
      when form.age_years <= 11 then 4
      when form.age_years <= 15 then 5
      when form.age_years > 15 then 6
      else 0
    end,
    case
      when f.mileage_km <= 50000 then 1
      when f.mileage_km <= 100000 then 2
      when f.mileage_km <= 125000 then 3
      when f.mileage_km > 125000 then 4
      else 0
    end,
    case when f.fuel = 'petrol' then 1 when f.fuel = 'diesel' then 2 when f.fuel is not null then 3 else 0 end,
    case when f.gearbox = 'manual' then 1 when f.gearbox = 'automatic' then 2 else 0 end,
    coalesce(f.unrepaired_damage_declared, false)::integer
) as alike (age_class, mileage_class, fuel, gearbox, damaged)
