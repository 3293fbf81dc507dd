-- purpose: certified entrypoint of the trainer-derived block
-- grain: one row per (generation, listing_id, t0)
-- reads: trainer_derived_features_v1
-- writes: nothing
-- time: t0 columns only
select
  d.generation,
  d.listing_id,
  d.t0,
  d.edited_date,
  d.t0_day,
  d.dow,
  d.is_weekend,
  d.gen_30d_post_count,
  d.allgen_30d_post_count,
  d.battery_pct_effective_fused,
  d.battery_img_minus_text,
  d.battery_img_conflict,
  d.rocket_clean,
  d.rocket_heavy,
  d.fast_pattern_v2,
  d.is_zombie_pattern,
  d.policy_version
from trainer_derived_features_v1 as d
