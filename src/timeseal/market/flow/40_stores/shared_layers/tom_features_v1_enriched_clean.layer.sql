-- purpose: the rows that may be offered for training and scoring: without spam and duplicates as known then
-- grain: one row per (generation, listing_id, t0); listing_id is unique
-- reads: tom_features_v1_enriched, listing_event
-- writes: nothing; bound as a stored layer and a published materialized view
-- time: what the defining observation itself says, and the latest mark with known_at < t0; later marks remove nothing
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
  greatest(e._max_known_at, mark.known_at) as _max_known_at
from tom_features_v1_enriched as e
cross join lateral (
  select max(m.known_at)
  from listing_event as m
  where m.generation = e.generation
    and m.listing_id = e.listing_id
    and m.event = 'spam_marked'
    and m.known_at < e.t0
) as mark (known_at)
where e.duplicate_of is null
  and not excludes_listing(e.observed_mark)
  and not exists (
    select
    from listing_event as m
    where m.generation = e.generation
      and m.listing_id = e.listing_id
      and m.event = 'spam_marked'
      and m.known_at = mark.known_at
      and excludes_listing(m.mark)
  )
