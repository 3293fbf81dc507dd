-- purpose: speed anchors that know too much, too old, or nothing
-- grain: one bad row
-- reads: tom_speed_anchor_v1
-- writes: nothing
-- time: everything used was known before anchor_day began, of ends in the 90 days before it
select a.anchor_day, a.generation, a.size_class, a.ptv_bucket
from tom_speed_anchor_v1 as a
where a.known_at >= a.anchor_at
  or a.max_sold_day_used >= a.anchor_day
  or a.min_sold_day_used < a.anchor_day - 90
  or not a.support > 0
  or not a.sum_w > 0
  or not a.speed_n_eff_ptv between 1 and a.support
  or not a.speed_fast24_anchor between 0 and a.speed_fast7_anchor
  -- each is rounded to nine digits
  or a.speed_fast7_anchor + a.speed_slow21_anchor > 1.00000001
  or not a.speed_median_hours_ptv >= 0
