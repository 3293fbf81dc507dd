-- purpose: ended ads as the speed anchor counts them: on which days, in which cell of class and price to value
-- grain: one row per (generation, listing_id, from_day): an ended ad with a price bucket, and a stretch of days without a mark
-- reads: sold_durations_v1, tom_features_v1_enriched, listing_event
-- writes: nothing; bound as a stored layer and a published materialized view
-- time: a day counts what was known before it began: from the day after the end (and a lifted mark) was known, to 90 days after the end
select
  d.generation,
  d.listing_id,
  span.from_day,
  least(d.sold_day + 90, (span.next_at at time zone 'UTC')::date) as upto_day,
  d.size_class,
  ptv_bucket(round(e.ptv_final::numeric, 9)) as ptv_bucket,
  d.sold_day,
  d.duration_seconds,
  d.t0,
  d.t0_day,
  greatest(d.known_at, span.marked_at) as known_at
from sold_durations_v1 as d
join tom_features_v1_enriched as e on e.generation = d.generation and e.listing_id = d.listing_id and e.t0 = d.t0
cross join lateral (
  select
    m.marked_at,
    m.next_at,
    greatest((d.known_at at time zone 'UTC')::date, (m.marked_at at time zone 'UTC')::date) + 1 as from_day
  from (
    select null::timestamptz as marked_at, false as excluded, min(n.known_at) as next_at
    from listing_event as n
    where n.generation = d.generation and n.listing_id = d.listing_id and n.event = 'spam_marked'
    union all
    select g.known_at, g.excluded, lead(g.known_at) over (order by g.known_at)
    from (
      select n.known_at, bool_or(excludes_listing(n.mark)) as excluded
      from listing_event as n
      where n.generation = d.generation and n.listing_id = d.listing_id and n.event = 'spam_marked'
      group by n.known_at
    ) as g
  ) as m
  where not m.excluded
) as span
where d.size_class is not null
  and ptv_bucket(round(e.ptv_final::numeric, 9)) is not null
  and e.duplicate_of is null
  and span.from_day <= least(d.sold_day + 90, (span.next_at at time zone 'UTC')::date)
