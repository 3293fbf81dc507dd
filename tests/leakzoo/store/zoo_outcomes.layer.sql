-- purpose: how ended ads ended: the first thing known of it
-- grain: one row per (generation, listing_id) that ended
-- reads: listing_event, zoo_base
-- writes: nothing; bound as a stored layer
-- time: known_at says from when on a reader may use the row
select
  b.generation,
  b.listing_id,
  b.t0,
  b.t0_day,
  b.band,
  h.event_time,
  h.known_at,
  (h.event_time < b.t0 + interval '72 hours')::integer as fast
from zoo_base as b
join listing_event as h on h.generation = b.generation and h.listing_id = b.listing_id
where h.event in ('gone', 'sold')
  and h.event_time >= b.t0
  and not exists (
    select
    from listing_event as p
    where p.generation = h.generation
      and p.listing_id = h.listing_id
      and p.event in ('gone', 'sold')
      and p.event_time >= b.t0
      and (p.known_at, p.event_time, p.event, p.source) < (h.known_at, h.event_time, h.event, h.source)
  )
