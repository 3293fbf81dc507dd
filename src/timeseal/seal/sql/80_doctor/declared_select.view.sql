-- purpose: who may read which relation of the registry: the whole list; baselines and findings hold keys and cells
-- grain: one row per relation and role; NULL is everybody
-- reads: nothing
-- writes: nothing
-- time: none
create or replace view audit.declared_select (relation, grantee) as
values
  ('audit.t0_cert_registry', null::text),
  ('audit.t0_block_coverage', null),
  ('ml.feature_set', null),
  ('ml.feature_contract', null),
  ('ml.feature_set_current', null),
  ('audit.t0_cert_run', 'timeseal_certifier'),
  ('audit.drift_event', 'timeseal_certifier'),
  ('audit.drift_ledger', 'timeseal_certifier'),
  ('audit.definition_event', 'timeseal_certifier'),
  ('audit.waiver', 'timeseal_certifier'),
  ('audit.waiver_revocation', 'timeseal_certifier'),
  ('audit.waiver_in_force', 'timeseal_certifier'),
  ('audit.t0_viewdef_baseline', 'timeseal_certifier'),
  ('audit.t0_dataset_hash_baseline', 'timeseal_certifier'),
  ('audit.entrypoint', 'timeseal_certifier'),
  ('audit.broken_chain', 'timeseal_certifier'),
  ('audit.broken_ledger', 'timeseal_certifier');
