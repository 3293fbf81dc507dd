-- purpose: the map that this market pins is not loaded, or maps nothing
-- grain: one bad pin
-- reads: geo_postal
-- writes: nothing
-- time: none
select 'geonames-de-2026-03-30' as geo_release_id, 'the pinned release maps nothing' as problem
where not exists (select from geo_postal as m where m.release_id = 'geonames-de-2026-03-30')
