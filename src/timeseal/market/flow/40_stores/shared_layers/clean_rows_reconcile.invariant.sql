-- purpose: rows that left the clean layer without a reason, or are in it in spite of one
-- grain: one bad row
-- reads: tom_features_v1_enriched, tom_features_v1_enriched_clean, listing_event
-- writes: nothing
-- time: marks with known_at < t0
select e.generation, e.listing_id, e.t0,
  case when c.t0 is null then 'left out without a reason' else 'kept in spite of a reason' end as problem
from tom_features_v1_enriched as e
left join tom_features_v1_enriched_clean as c
  on c.generation = e.generation and c.listing_id = e.listing_id and c.t0 = e.t0
left join (
  select m.generation, m.listing_id, count(*) as marks, min(m.known_at) as first_known
  from listing_event as m
  where m.event = 'spam_marked'
  group by m.generation, m.listing_id
) as m on m.generation = e.generation and m.listing_id = e.listing_id and m.first_known < e.t0
where (c.t0 is null and e.duplicate_of is null and e.observed_mark is null and m.marks is null)
  or (c.t0 is not null and (e.duplicate_of is not null or excludes_listing(e.observed_mark)))
