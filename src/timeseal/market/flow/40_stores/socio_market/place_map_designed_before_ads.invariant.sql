-- purpose: how many ads appeared before the designer of the map of places stopped looking at data
-- grain: one release
-- reads: release, listing_place_v1
-- writes: nothing
-- time: designed_on_until, a whole day in UTC, against t0
select r.release_id, r.designed_on_until, count(*) as ad_count
from release as r
join listing_place_v1 as p on p.geo_release_id = r.release_id and p.t0_day <= r.designed_on_until
group by r.release_id, r.designed_on_until
