-- purpose: the pin view exists from the start, and after a repair it says again what was pinned
-- grain: one view
-- reads: ref.geo_mapping_current
-- writes: ref.geo_mapping_pinned_super_metro_v4_v1
-- time: none
select ref.apply_geo_pin();
