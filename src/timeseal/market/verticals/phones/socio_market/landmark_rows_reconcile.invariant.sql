-- purpose: ads that are missing a day after their first sight without a reason, or are there in spite of one
-- grain: one bad row
-- reads: tom_features_v1, ai_enrich_landmark_v1, tom_features_v1_enriched_ai_clean, listing_event
-- writes: nothing
-- time: ends and marks with known_at < decision_at; the newest decision_at tells which ads have reached theirs
select f.generation, f.listing_id, f.t0,
  case when c.t0 is null then 'left out without a reason' else 'kept in spite of a reason' end as problem
from tom_features_v1 as f
join (
  select max(a.decision_at) as newest
  from ai_enrich_landmark_v1 as a
) as landed on f.t0 + interval '24 hours' <= landed.newest
left join tom_features_v1_enriched_ai_clean as c
  on c.generation = f.generation and c.listing_id = f.listing_id and c.t0 = f.t0
cross join lateral (
  select count(*) > 0 as is_reason
  from listing_event as m
  where m.generation = f.generation and m.listing_id = f.listing_id and m.known_at < f.t0 + interval '24 hours'
    and (m.event in ('gone', 'sold', 'removed') or (m.event = 'spam_marked' and excludes_listing(m.mark) and not exists (
      select
      from listing_event as n
      where n.generation = m.generation and n.listing_id = m.listing_id and n.event = 'spam_marked'
        and n.known_at < f.t0 + interval '24 hours' and n.known_at > m.known_at
    )))
) as known
where (c.t0 is null) <> (f.duplicate_of is not null or excludes_listing(f.observed_mark) or known.is_reason)
