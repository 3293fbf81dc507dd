-- purpose: the mapping release that was pinned last: a current selector, forbidden in a certified closure
-- grain: no row before the first pin, else one
-- reads: ref.geo_pin
-- writes: nothing
-- time: what is current now
create or replace view ref.geo_mapping_current as
select p.release_id, p.rows_sha256
from ref.geo_pin as p
order by p.pin_id desc
limit 1;
