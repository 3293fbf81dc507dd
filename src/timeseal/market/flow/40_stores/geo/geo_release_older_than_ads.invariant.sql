-- purpose: the map is younger than the first ad it was used for; accepted by a waiver that names it and its rows
-- grain: one release
-- reads: release, release_content, geo_dim_super_metro_v4_pinned_v1
-- writes: nothing
-- time: published_at against the earliest t0
select r.release_id, c.rows_sha256
from release as r
left join release_content as c on c.release_id = r.release_id
join (
  select g.geo_release_id, min(g.t0) as earliest_t0
  from geo_dim_super_metro_v4_pinned_v1 as g
  group by g.geo_release_id
) as g on g.geo_release_id = r.release_id
where r.published_at > g.earliest_t0
