-- purpose: clean rows without exactly one row of anchors and of the order book, and rows of these without a clean one
-- grain: one bad row
-- reads: tom_features_v1_enriched_clean, tom_features_v1_enriched_speed, price_anchor_v1, order_book_v1
-- writes: nothing
-- time: none
select x.generation, x.listing_id, x.t0, count(*) as row_count, count(distinct x.layer) as layers
from (
  select c.generation, c.listing_id, c.t0, 0 as layer from tom_features_v1_enriched_clean as c
  union all
  select s.generation, s.listing_id, s.t0, 1 from tom_features_v1_enriched_speed as s
  union all
  select p.generation, p.listing_id, p.t0, 2 from price_anchor_v1 as p
  union all
  select o.generation, o.listing_id, o.t0, 3 from order_book_v1 as o
) as x
group by x.generation, x.listing_id, x.t0
having count(*) <> 4 or count(distinct x.layer) <> 4
