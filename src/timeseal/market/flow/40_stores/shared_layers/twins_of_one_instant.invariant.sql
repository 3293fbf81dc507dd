-- purpose: ads left out for a twin that was not known before t0: seen first at the very same instant, under a lower generation
-- grain: one ad
-- reads: tom_features_v1
-- writes: nothing
-- time: at one instant nothing tells which sight came first, so the lower generation defines the ad by rule; no proof column holds that
select f.generation, f.listing_id, f.t0, f.duplicate_of
from tom_features_v1 as f
where f.duplicate_of is not null
  and not exists (
    select
    from tom_features_v1 as e
    where e.listing_id = f.listing_id and e.generation <> f.generation and e.t0 < f.t0
  )
