-- purpose: the place of an ad in the newest map that was published before it
-- grain: one row per (generation, listing_id, t0)
-- reads: zoo_base, release, geo_postal
-- writes: nothing; bound as a stored layer
-- time: releases with published_at < t0
select
  b.generation,
  b.listing_id,
  b.t0,
  b.t0_day,
  m.release_id as map_release,
  p.place_count,
  (p.postal_code is not null)::integer as map_known,
  m.published_at as _max_known_at
from zoo_base as b
left join lateral (
  select r.release_id, r.published_at
  from release as r
  where r.published_at < b.t0
    and r.valid_from <= b.t0_day
  order by r.published_at desc, r.release_id
  limit 1
) as m on true
left join geo_postal as p on p.release_id = m.release_id and p.postal_code = b.postal_code
