-- purpose: supply when an ad appeared: ads of its brand and of its postal area in the week before
-- grain: one row per (generation, listing_id, t0)
-- reads: tom_features_v1
-- writes: nothing; bound as a stored layer and a published materialized view
-- time: other ads with t0 - 168 hours <= their t0 < t0, strictly; never the ad itself
select
  n.generation,
  n.listing_id,
  n.t0,
  n.edited_date,
  n.t0_day,
  count(*) over same_brand as same_brand,
  count(*) over same_postal3 as same_postal3,
  count(*) over same_postal2 as same_postal2,
  greatest(
    case when count(*) over same_brand > 0 then max(n.t0) over brand_before end,
    case when count(*) over same_postal2 > 0 then max(n.t0) over postal2_before end) as _max_known_at
from tom_features_v1 as n
window
  same_brand as (
    partition by n.brand order by n.t0
    range between interval '168 hours' preceding and interval '1 microsecond' preceding),
  same_postal3 as (
    partition by left(n.postal_code, 3) order by n.t0
    range between interval '168 hours' preceding and interval '1 microsecond' preceding),
  same_postal2 as (
    partition by left(n.postal_code, 2) order by n.t0
    range between interval '168 hours' preceding and interval '1 microsecond' preceding),
  brand_before as (
    partition by n.brand order by n.t0
    range between unbounded preceding and interval '1 microsecond' preceding),
  postal2_before as (
    partition by left(n.postal_code, 2) order by n.t0
    range between unbounded preceding and interval '1 microsecond' preceding)
