-- purpose: how many ads appeared before the map's designer stopped looking at data
-- grain: one release
-- reads: release, geo_dim_super_metro_v4_pinned_v1
-- writes: nothing
-- time: designed_on_until, a whole day in UTC, against t0
select r.release_id, r.designed_on_until, count(*) as ad_count
from release as r
join geo_dim_super_metro_v4_pinned_v1 as g on g.geo_release_id = r.release_id and g.t0_day <= r.designed_on_until
group by r.release_id, r.designed_on_until
