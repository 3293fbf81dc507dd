-- purpose: rows that left the clean layer without a reason, or are in it in spite of one
-- grain: one bad row
-- reads: tom_features_v1_enriched, tom_features_v1_enriched_clean, listing_event
-- writes: nothing
-- time: the latest marks with known_at < t0: one that was lifted by then is no reason
select e.generation, e.listing_id, e.t0,
  case when c.t0 is null then 'left out without a reason' else 'kept in spite of a reason' end as problem
from tom_features_v1_enriched as e
left join tom_features_v1_enriched_clean as c
  on c.generation = e.generation and c.listing_id = e.listing_id and c.t0 = e.t0
cross join lateral (
  select count(*) filter (where excludes_listing(m.mark)) > 0 as excludes
  from listing_event as m
  where m.generation = e.generation and m.listing_id = e.listing_id and m.event = 'spam_marked' and m.known_at < e.t0
    and not exists (
      select
      from listing_event as n
      where n.generation = m.generation and n.listing_id = m.listing_id and n.event = 'spam_marked'
        and n.known_at < e.t0 and n.known_at > m.known_at
    )
) as marked
where (c.t0 is null) <> (e.duplicate_of is not null or excludes_listing(e.observed_mark) or marked.excludes)
