-- purpose: releases that map postal codes to super metros, and which of them is current
-- grain: one row per mapping release
-- reads: ref.release, raw.run, ref.postal_code_to_super_metro, ref.geo_mapping_current
-- writes: nothing
-- time: created_at is when the release was loaded; published_at and designed_on_until are the release's own
create or replace view ref.geo_mapping_release as
select r.release_id, r.title as label, l.opened_at as created_at, c.release_id is not null as is_current,
  r.publisher as notes, r.published_at, r.designed_on_until
from ref.release as r
join raw.run as l on l.run_id = r.run_id
left join ref.geo_mapping_current as c on c.release_id = r.release_id
where exists (select from ref.postal_code_to_super_metro as m where m.release_id = r.release_id);
