-- purpose: the towns of the map that was pinned last: for operations and people, never for a certified closure
-- grain: one row per town
-- reads: ref.city_to_super_metro, ref.geo_mapping_current
-- writes: nothing
-- time: what is current now
create or replace view ref.city_to_super_metro_current as
select m.release_id, m.location_city_norm, m.region, m.pickup_metro_30_200, m.super_metro_v4, m.source
from ref.city_to_super_metro as m
join ref.geo_mapping_current as c on c.release_id = m.release_id;
