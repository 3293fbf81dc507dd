-- purpose: ads of the universe that a socio or market layer lost or doubled, and rows without an ad
-- grain: one bad key and layer
-- reads: tom_features_v1_enriched_clean, listing_place_v1, socio_kommune_v1, affordability_v1, market_relative_socio_t0_v1
-- writes: nothing
-- time: none
select coalesce(n.layer, l.layer) as layer, coalesce(e.generation, l.generation) as generation, coalesce(e.listing_id, l.listing_id) as listing_id,
  count(e.listing_id) as ads, count(l.listing_id) as rows_found
from tom_features_v1_enriched_clean as e
cross join (values ('listing_place_v1'), ('socio_kommune_v1'), ('affordability_v1'), ('market_relative_socio_t0_v1')) as n (layer)
full join (
  select 'affordability_v1' as layer, a.generation, a.listing_id, a.t0 from affordability_v1 as a
  union all
  select 'market_relative_socio_t0_v1', m.generation, m.listing_id, m.t0 from market_relative_socio_t0_v1 as m
  union all
  select 'listing_place_v1', p.generation, p.listing_id, p.t0
  from listing_place_v1 as p
  join tom_features_v1_enriched_clean as c on c.generation = p.generation and c.listing_id = p.listing_id and c.t0 = p.t0
  union all
  select 'socio_kommune_v1', s.generation, s.listing_id, s.t0
  from socio_kommune_v1 as s
  join tom_features_v1_enriched_clean as c on c.generation = s.generation and c.listing_id = s.listing_id and c.t0 = s.t0
) as l on l.layer = n.layer and l.generation = e.generation and l.listing_id = e.listing_id and l.t0 = e.t0
group by 1, 2, 3
having count(e.listing_id) <> 1 or count(l.listing_id) <> 1
