-- purpose: price anchors without support, support without an anchor, ratios without both prices
-- grain: one bad row
-- reads: price_anchor_v1
-- writes: nothing
-- time: none
select a.generation, a.listing_id, a.t0
from price_anchor_v1 as a
where (a.n30_t0 > 0) <> (a.anchor_30d_t0 is not null)
  or (a.n60_t0 > 0) <> (a.anchor_60d_t0 is not null)
  or (a.anchor_strict_wide_n > 0) <> (a.anchor_blend_t0 is not null)
  or a.n30_t0 > a.n60_t0
  or a.n60_t0 > a.anchor_strict_wide_n
  or (a.anchor_strict_level in ('days30', 'days60', 'wide')) <> (a.anchor_strict_wide_n > 0)
  or not coalesce(a.anchor_n_support, -1) >= 0
  or (a.anchor_n_support > 0) <> (a.anchor_price_smart is not null)
  or (a.anchor_n_support > 0) <> (a.anchor_level_k is not null)
  or (a.anchor_n_support > 0) <> (a.anchor_tts_median_h is not null)
  or (a.anchor_level_k < 4 and a.anchor_n_support < 20)
  or (a.anchor_smart_state = 'enough') <> (a.anchor_n_support >= 20)
  or (a.anchor_smart_state in ('empty', 'no_cohort')) <> (a.anchor_n_support = 0)
  or (a.ptv_anchor_strict_t0 is not null and a.anchor_blend_t0 is null)
  or (a.ptv_anchor_smart is not null and a.anchor_price_smart is null)
