-- purpose: listings that are in the clean layer more than once
-- grain: one bad listing
-- reads: tom_features_v1_enriched_clean
-- writes: nothing
-- time: none
select c.listing_id, count(*) as row_count
from tom_features_v1_enriched_clean as c
group by c.listing_id
having count(*) > 1
