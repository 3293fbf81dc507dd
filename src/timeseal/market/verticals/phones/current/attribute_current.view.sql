-- purpose: the latest reading of each attribute of an ad, whoever made it
-- grain: one row per (generation, listing_id, attribute)
-- reads: raw.attribute_event
-- writes: nothing
-- time: as known now
create or replace view "iPhone".attribute_current as
select distinct on (a.generation, a.listing_id, a.attribute)
  a.generation, a.listing_id, a.attribute, a.value, a.known_at, a.source, a.method, a.method_version, a.confidence, a.evidence
from raw.attribute_event as a
order by a.generation, a.listing_id, a.attribute, a.known_at desc, a.source, a.method desc, a.method_version desc;
