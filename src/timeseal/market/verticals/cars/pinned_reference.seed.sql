-- purpose: put on record that three reference releases younger than the ads are used, and why
-- grain: one waiver per entrypoint, gate and subject
-- reads: audit.waiver
-- writes: audit.waiver
-- time: waivers expire a year after the installation; then certification fails until somebody renews them
insert into audit.waiver (entrypoint, gate, subject, reason, expires_at)
select w.entrypoint, w.gate, w.subject, w.reason, clock_timestamp() + interval '8760 hours'
from (values
  ('ml.survival_feature_store_t0_v1_v', 'invariants', 'reference_older_than_ads {"release_id": "geonames-de-2026-03-30"}',
    'postal codes and their coordinates: a map that hardly moves, published after the ads, pinned to this release'),
  ('ml.survival_feature_store_t0_v1_v', 'invariants', 'reference_older_than_ads {"release_id": "destatis-gv-2017-03-31"}',
    'districts with area and population of 2015: published a year after the ads, pinned to this release'),
  ('ml.survival_feature_store_t0_v1_v', 'invariants', 'reference_older_than_ads {"release_id": "cars-cohorts_v1"}',
    'a dictionary that numbers brand and model; the numbers say nothing about any ad'),
  ('ml.survival_feature_store_t0_v1_v', 'replay', 'ref.geo_postal', 'pinned map, copied whole: published after the ads'),
  ('ml.survival_feature_store_t0_v1_v', 'replay', 'ref.geo_district', 'pinned map, copied whole: published after the ads'),
  ('ml.geo_feature_store_t0_v1_v', 'invariants', 'geo_release_older_than_ads {"release_id": "geonames-de-2026-03-30"}',
    'postal codes and their states: a map that hardly moves, published after the ads, pinned to this release'),
  ('ml.geo_feature_store_t0_v1_v', 'replay', 'ref.geo_postal', 'pinned map, copied whole: published after the ads')
) as w (entrypoint, gate, subject, reason)
where not exists (
  select
  from audit.waiver as a
  where a.entrypoint = w.entrypoint and a.gate = w.gate and a.subject = w.subject
);
