-- purpose: the map of places is younger than the first ad it was used for; accepted by a waiver that names it and its rows
-- grain: one release
-- reads: release, release_content, listing_place_v1
-- writes: nothing
-- time: published_at against the earliest t0
select r.release_id, c.rows_sha256
from release as r
left join release_content as c on c.release_id = r.release_id
join (
  select p.geo_release_id, min(p.t0) as earliest_t0
  from listing_place_v1 as p
  group by p.geo_release_id
) as p on p.geo_release_id = r.release_id
where r.published_at > p.earliest_t0
