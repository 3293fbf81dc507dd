-- purpose: what photos and edits said 24 hours after publication, of ads still live then
-- grain: one row per (generation, listing_id, decision_at)
-- reads: zoo_base, listing_observation, listing_event, image_label_event
-- writes: nothing; bound as a stored layer
-- time: facts with known_at < decision_at = t0 + 24 hours; labels of these rows start there
select
  b.generation,
  b.listing_id,
  b.decision_at,
  b.decision_day,
  p.labelled as photos_labelled,
  p.worst as damage_worst,
  (p.labelled = 0)::integer as photos_missing,
  s.price_now,
  s.edits as price_edits,
  greatest(p.known_at, s.known_at) as _max_known_at
from zoo_base as b
cross join lateral (
  select count(*), max(i.value::integer), max(i.known_at)
  from image_label_event as i
  where i.generation = b.generation
    and i.listing_id = b.listing_id
    and i.label = 'damage'
    and i.known_at < b.decision_at
) as p (labelled, worst, known_at)
cross join lateral (
  select
    (array_agg(o.price order by o.observed_at desc, o.source, o.payload_sha256))[1],
    count(distinct o.price) - 1,
    max(o.observed_at)
  from listing_observation as o
  where o.generation = b.generation
    and o.listing_id = b.listing_id
    and o.observed_at < b.decision_at
) as s (price_now, edits, known_at)
where not exists (
  select
  from listing_event as h
  where h.generation = b.generation
    and h.listing_id = b.listing_id
    and h.event in ('gone', 'sold')
    and h.known_at < b.decision_at
)
