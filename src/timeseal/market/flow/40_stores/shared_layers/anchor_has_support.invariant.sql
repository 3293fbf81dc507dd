-- purpose: anchors without support, support without an anchor, ratios without both prices
-- grain: one bad row
-- reads: tom_features_v1_enriched_clean
-- writes: nothing
-- time: none
select c.generation, c.listing_id, c.t0
from tom_features_v1_enriched_clean as c
where (c.anchor_14d_n > 0) <> (c.anchor_median_hours_14d is not null)
  or (c.sold_cnt_30d > 0) <> (c.sold_median_price_30d is not null)
  or (c.ask_cnt > 0) <> (c.ask_median_price is not null)
  or (c.ptv_sold_30d is not null and not (c.price > 0 and c.sold_median_price_30d > 0))
  or (c.ptv_ask_day is not null and not (c.price > 0 and c.ask_median_price > 0))
  or (c.ptv_final is not null and c.sold_cnt_30d < 10 and c.ask_cnt < 5)
