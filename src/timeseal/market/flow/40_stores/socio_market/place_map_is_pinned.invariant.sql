-- purpose: no map is pinned, or the pinned one maps nothing: no ad has a super metro
-- grain: one bad pin
-- reads: geo_mapping_pinned_super_metro_v4_v1, postal_code_to_super_metro
-- writes: nothing
-- time: none
select null::text as geo_release_id, 'no release is pinned' as problem
where not exists (select from geo_mapping_pinned_super_metro_v4_v1 as p)
union all
select p.release_id, 'the pinned release maps nothing'
from geo_mapping_pinned_super_metro_v4_v1 as p
where not exists (select from postal_code_to_super_metro as m where m.release_id = p.release_id)
