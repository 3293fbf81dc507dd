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
  select
    count(*) filter (where m.event in ('gone', 'sold', 'removed')) as ends,
    count(*) filter (where m.event = 'spam_marked') as marks
  from listing_event as m
  where m.generation = f.generation and m.listing_id = f.listing_id and m.known_at < f.t0 + interval '24 hours'
) as known
where (c.t0 is null and f.duplicate_of is null and f.observed_mark is null and known.ends + known.marks = 0)
  or (c.t0 is not null and (f.duplicate_of is not null or excludes_listing(f.observed_mark) or known.ends > 0))
