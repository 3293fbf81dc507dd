-- purpose: first sights of a market that is all made of tests
-- grain: one row per (generation, listing_id, t0)
-- reads: listing_observation
-- writes: nothing
-- time: t0 = observed_at of the defining observation
select o.generation, o.listing_id, o.observed_at as t0, o.observed_at as edited_date,
  (o.observed_at at time zone 'UTC')::date as t0_day, o.price, o.postal_code, o.location_city, null::timestamptz as _max_known_at
from listing_observation as o
where not exists (
  select from listing_observation as e
  where e.generation = o.generation and e.listing_id = o.listing_id
    and (e.observed_at, e.source, e.payload_sha256) < (o.observed_at, o.source, o.payload_sha256)
)
