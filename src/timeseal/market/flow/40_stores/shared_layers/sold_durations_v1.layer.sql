-- purpose: speed history: how long ended ads had been online, without those whose own words made them spam
-- grain: one row per (generation, listing_id) that ended: its first known terminal event
-- reads: listing_event, tom_features_v1
-- writes: nothing; bound as a stored layer and a published materialized view
-- time: event_time is when it ended, known_at when we knew; readers admit known_at < t0 only
select
  h.listing_id,
  h.generation,
  f.storage_gb,
  (h.event_time at time zone 'UTC')::date as sold_day,
  extract(epoch from h.event_time - f.t0) / 3600 as duration_hours,
  extract(epoch from h.event_time - f.t0)::bigint as duration_seconds,
  f.size_class,
  f.class_id,
  f.t0,
  f.t0_day,
  h.event_time,
  h.known_at
from listing_event as h
join tom_features_v1 as f on f.generation = h.generation and f.listing_id = h.listing_id
where h.event in ('gone', 'sold')
  and f.observed_mark is null
  and h.event_time >= f.t0
  and not exists (
    select
    from listing_event as p
    where p.generation = h.generation
      and p.listing_id = h.listing_id
      and p.event in ('gone', 'sold')
      and p.event_time >= f.t0
      and (p.known_at, p.event_time, p.event, p.source) < (h.known_at, h.event_time, h.event, h.source)
  )
order by h.generation, h.event_time, h.listing_id
