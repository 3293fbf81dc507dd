-- purpose: a pin that is missing, empty or of other rows, and ads that were mapped by another release than the pinned one
-- grain: one bad pin, or one other release
-- reads: geo_mapping_pinned_super_metro_v4_v1, postal_code_to_super_metro, release_content, geo_dim_super_metro_v4_pinned_v1
-- writes: nothing
-- time: none
select null::text as geo_release_id, 'no release is pinned' as problem
where not exists (select from geo_mapping_pinned_super_metro_v4_v1 as p)
union all
select p.release_id, 'the pinned release maps nothing'
from geo_mapping_pinned_super_metro_v4_v1 as p
where not exists (select from postal_code_to_super_metro as m where m.release_id = p.release_id)
union all
select p.release_id, 'the release holds other rows than when it was pinned'
from geo_mapping_pinned_super_metro_v4_v1 as p
left join release_content as c on c.release_id = p.release_id
where c.rows_sha256 is distinct from p.rows_sha256
union all
select distinct g.geo_release_id, 'ads are mapped by a release that is not pinned'
from geo_dim_super_metro_v4_pinned_v1 as g
where not exists (
  select from geo_mapping_pinned_super_metro_v4_v1 as p where p.release_id = g.geo_release_id
)
