-- purpose: the clean rows with the speed of their class and price to value
-- grain: one row per (generation, listing_id, t0) of the clean layer; listing_id is unique
-- reads: tom_features_v1_enriched_clean, tom_features_v1, tom_speed_anchor_v1
-- writes: nothing; bound as a stored layer and a published materialized view
-- time: the anchor of the day of t0, which knows what was known when that day began
select
  e.listing_id,
  e.edited_date,
  e.generation,
  e.model,
  e.storage_gb,
  e.price,
  e.condition_score,
  e.battery_pct_fixed_ai,
  e.damage_severity_ai,
  e.damage_binary_ai,
  e.seller_rating,
  e.review_count,
  e.member_since_year,
  e.location_city,
  e.postal_code,
  e.title,
  e.description,
  e.title_length,
  e.description_length,
  e.anchor_median_hours_14d,
  e.anchor_14d_n,
  e.anchor_14d_level,
  e.ask_median_price,
  e.ask_cnt,
  e.sold_median_price_30d,
  e.sold_cnt_30d,
  e.sold_30d_level,
  e.ptv_sold_30d,
  e.ptv_ask_day,
  e.delta_vs_sold_median_30d,
  e.delta_vs_ask_median_day,
  e.ptv_final,
  e.t0,
  e.t0_day,
  e.size_class,
  e.class_id,
  f.sbucket,
  ptv_bucket(round(e.ptv_final::numeric, 9)) as ptv_bucket,
  a.speed_fast7_anchor,
  a.speed_fast24_anchor,
  a.speed_slow21_anchor,
  a.speed_median_hours_ptv,
  coalesce(a.speed_n_eff_ptv, 0) as speed_n_eff_ptv,
  greatest(e._max_known_at, a.known_at) as _max_known_at
from tom_features_v1_enriched_clean as e
left join tom_features_v1 as f on f.generation = e.generation and f.listing_id = e.listing_id and f.t0 = e.t0
left join tom_speed_anchor_v1 as a
  on a.anchor_day = e.t0_day
    and a.generation = e.generation
    and a.size_class = e.size_class
    and a.ptv_bucket = ptv_bucket(round(e.ptv_final::numeric, 9))
