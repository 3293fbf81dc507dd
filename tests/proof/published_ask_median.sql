-- purpose: the supply anchor as published: the median asking price of the same calendar day, the ad itself included
-- grain: one row per (generation, listing_id, t0)
-- reads: tom_features_v1
-- writes: nothing
-- time: leaky: ads of the same day, also later ones
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
  null::timestamptz as _max_known_at
from tom_features_v1 as f
cross join lateral (
  select percentile_cont(0.5) within group (order by n.price) as median_price, count(*)::integer as support
  from tom_features_v1 as n
  where n.generation = f.generation and n.t0_day = f.t0_day
) as ask
