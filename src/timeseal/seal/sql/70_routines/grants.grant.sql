-- purpose: who may call what: readers ask the door, certifiers certify, workers refresh; nobody else anything
-- grain: one grant per routine
-- reads: nothing
-- writes: privileges
-- time: none
revoke all on all functions in schema audit from public;
revoke all on all procedures in schema audit from public;
grant execute on function
  audit.cert_guard(text, interval),
  audit.plan_guard(text, interval),
  audit.require_certified(text, interval),
  audit.require_certified_strict(text, interval),
  audit.door_cause(text, interval),
  audit.held_certificate(text, interval)
to ml_training, timeseal_worker, timeseal_certifier;
grant select on audit.t0_cert_registry, audit.t0_block_coverage
to ml_training, timeseal_worker, timeseal_certifier;
grant select on audit.t0_cert_run, audit.drift_event, audit.definition_event, audit.waiver,
  audit.waiver_revocation, audit.waiver_in_force, audit.t0_viewdef_baseline,
  audit.t0_dataset_hash_baseline, audit.entrypoint, audit.broken_chain
to timeseal_certifier;
grant execute on function
  audit.certify(text, integer, integer),
  audit.assert_viewdef_baseline(text),
  audit.assert_gates(text, integer),
  audit.explain(text, integer),
  audit.check(text, text[], boolean, integer),
  audit.check_gates(text, text[], boolean, integer),
  audit.dataset_sha256(regclass, date, integer),
  audit.run_sha256(audit.t0_cert_run),
  audit.waiver_outlived(bigint)
to timeseal_certifier;
grant execute on procedure
  audit.capture_viewdef_baseline(regclass),
  audit.rebaseline_last_n_days(regclass, integer, integer),
  audit.publish(text, boolean),
  audit.revoke_certificate(text, text)
to timeseal_certifier;
