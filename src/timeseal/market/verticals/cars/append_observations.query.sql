-- purpose: append the staged ads that are not known yet
-- grain: one row per ad
-- reads: pg_temp.ad_stage, raw.listing_observation
-- writes: raw.listing_observation
-- time: observed_at comes from the file, so the run is a backfill
insert into raw.listing_observation (
  generation, listing_id, observed_at, source, run_id, price, currency, title, model, postal_code, payload_sha256,
  brand, body, gearbox, fuel, power_ps, mileage_km, first_registration_year, first_registration_month,
  unrepaired_damage_declared, published_on)
select s.generation, s.listing_id, s.observed_at, %(source)s, %(run)s, s.price, %(currency)s, s.title, s.model,
  s.postal_code, s.payload_sha256, s.brand, s.body, s.gearbox, s.fuel, s.power_ps, s.mileage_km,
  s.first_registration_year, s.first_registration_month, s.unrepaired_damage_declared, s.published_on
from pg_temp.ad_stage as s
where not exists (
  select
  from raw.listing_observation as o
  where o.generation = s.generation and o.listing_id = s.listing_id and o.source = %(source)s
    and o.payload_sha256 = s.payload_sha256
)
order by s.observed_at, s.generation, s.listing_id
