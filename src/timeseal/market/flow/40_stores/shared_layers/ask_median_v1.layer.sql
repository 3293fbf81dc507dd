-- purpose: supply anchor: median asking price of the cohort in the 168 hours before each ad, without itself and self-told spam
-- grain: one row per (generation, listing_id, t0)
-- reads: tom_features_v1
-- writes: nothing; bound as a stored layer and a published materialized view
-- time: other ads with t0 - 168 hours <= their t0 < t0, strictly; a neighbour's t0 is when its ask was known
select
  f.generation,
  f.storage_gb,
  f.t0_day as ask_day,
  ask.median_price as ask_median_price,
  ask.support as ask_cnt,
  f.listing_id,
  f.t0,
  f.edited_date,
  f.t0_day,
  ask.known_at as _max_known_at
from tom_features_v1 as f
cross join lateral (
  select
    percentile_cont(0.5) within group (order by n.price) as median_price,
    count(*)::integer as support,
    max(n.t0) as known_at
  from tom_features_v1 as n
  where n.generation = f.generation
    and n.t0 >= f.t0 - interval '168 hours'
    and n.t0 < f.t0
    and n.listing_id <> f.listing_id
    and n.price > 0
    and n.observed_mark is null
) as ask
