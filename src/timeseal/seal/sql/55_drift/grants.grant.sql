-- purpose: certifiers read the drift ledger and ask for explanations; nobody else
-- grain: one grant per routine
-- reads: nothing
-- writes: privileges
-- time: none
grant select on audit.drift_ledger, audit.broken_ledger to timeseal_certifier;
grant execute on function audit.event_sha256(audit.drift_event), audit.drift_days(text),
  audit.drift_cells(text, date[], integer) to timeseal_certifier;
