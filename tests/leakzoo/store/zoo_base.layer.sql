-- purpose: each ad as its defining observation shows it
-- grain: one row per (generation, listing_id): the earliest observation, whose instant is t0
-- reads: listing_observation
-- writes: nothing; bound as a stored layer
-- time: t0 = observed_at of the defining observation; nothing else is read
select
  o.generation,
  o.listing_id,
  o.observed_at as t0,
  (o.observed_at at time zone 'UTC')::date as t0_day,
  o.observed_at + interval '24 hours' as decision_at,
  ((o.observed_at at time zone 'UTC') + interval '24 hours')::date as decision_day,
  o.price,
  o.seller_key,
  o.seller_rating,
  o.postal_code,
  case when o.price > 0 then least(o.price / 1500, 4) end as band,
  null::timestamptz as _max_known_at
from listing_observation as o
where not exists (
  select
  from listing_observation as e
  where e.generation = o.generation
    and e.listing_id = o.listing_id
    and (e.observed_at, e.source, e.payload_sha256) < (o.observed_at, o.source, o.payload_sha256)
)
