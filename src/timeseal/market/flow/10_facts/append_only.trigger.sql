-- purpose: every fact table, quarantine and reference table can be appended to through an open run, never changed
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
select raw.guard_facts('ref.release', 'published_at', 'ref.admit_release');
select raw.guard_facts('ref.release_content', null);
select raw.guard_facts('ref.cohort', 'known_at', 'ref.admit_rows');
select raw.guard_facts('ref.geo_postal', 'known_at', 'ref.admit_rows');
select raw.guard_facts('ref.geo_district', 'known_at', 'ref.admit_rows');
select raw.guard_facts('ref.kreis_income', 'known_at', 'ref.admit_rows');
select raw.guard_facts('ref.postal_code_to_super_metro', 'known_at', 'ref.admit_rows');
select raw.guard_facts('ref.city_to_super_metro', 'known_at', 'ref.admit_rows');
select raw.guard_facts('ref.postal_code_to_kommune_history', 'known_at', 'ref.admit_rows');
select raw.guard_facts('ref.kommune_code_history', 'known_at', 'ref.admit_rows');
select raw.guard_facts('ref.kommune_socio_history', 'known_at', 'ref.admit_rows');
select raw.guard_facts('ref.fylke_history', 'known_at', 'ref.admit_rows');
select raw.guard_facts('ref.geo_pin', null);
