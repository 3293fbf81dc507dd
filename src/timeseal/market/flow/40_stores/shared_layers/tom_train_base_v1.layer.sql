-- purpose: base snapshot with labels: features and outcome mixed, for people, never for a certified closure
-- grain: one row per (generation, listing_id, t0) that has a label
-- reads: tom_features_v1, tom_labels_v1
-- writes: nothing; bound as a stored layer and a published materialized view
-- time: as its labels
select
  f.listing_id,
  f.edited_date,
  f.generation,
  f.model,
  f.storage_gb,
  f.price,
  f.condition_score,
  f.battery_pct_fixed_ai,
  f.damage_severity_ai,
  f.damage_binary_ai,
  f.seller_rating,
  f.review_count,
  f.member_since_year,
  f.location_city,
  f.postal_code,
  f.title,
  f.description,
  f.title_length,
  f.description_length,
  b.sold_event,
  b.duration_hours,
  f.t0,
  f.t0_day,
  f.size_class
from tom_features_v1 as f
join tom_labels_v1 as b on b.generation = f.generation and b.listing_id = f.listing_id and b.t0 = f.t0
