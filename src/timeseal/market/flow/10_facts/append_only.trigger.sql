-- purpose: every fact table, quarantine and reference table can be appended to, never changed
-- grain: one call per relation
-- reads: nothing
-- writes: triggers append_only and admit_facts
-- time: none
select raw.guard_facts('raw.listing_observation', 'observed_at');
select raw.guard_facts('raw.listing_event', 'known_at');
select raw.guard_facts('raw.attribute_event', 'known_at');
select raw.guard_facts('raw.image_asset', 'known_at');
select raw.guard_facts('raw.image_label_event', 'known_at');
select raw.guard_facts('raw.quarantine', null);
select raw.guard_facts('ref.release', null);
select raw.guard_facts('ref.cohort', null);
select raw.guard_facts('ref.geo_postal', null);
select raw.guard_facts('ref.geo_district', null);
select raw.guard_facts('ref.kreis_income', null);
select raw.guard_facts('ref.postal_code_to_super_metro', null);
select raw.guard_facts('ref.city_to_super_metro', null);
select raw.guard_facts('ref.postal_code_to_kommune_history', null);
select raw.guard_facts('ref.kommune_code_history', null);
select raw.guard_facts('ref.kommune_socio_history', null);
select raw.guard_facts('ref.fylke_history', null);
select raw.guard_facts('ref.geo_pin', null);
