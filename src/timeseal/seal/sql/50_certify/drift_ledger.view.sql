-- purpose: the drift ledger as people read it: who accepted or was refused what, why, on which budget
-- grain: one row per event
-- reads: audit.drift_event, audit.broken_ledger
-- writes: nothing
-- time: recorded_at is a wall-clock record
create or replace view audit.drift_ledger as
select
  d.drift_id,
  d.entrypoint,
  d.t0_day,
  d.verdict,
  d.classes,
  d.rows_added,
  d.rows_changed,
  d.rows_removed,
  d.columns,
  d.actor,
  d.acting_role,
  d.reason,
  d.recorded_at,
  d.budget,
  d.budget_rows,
  d.evidence,
  d.sha256_before,
  d.sha256_after,
  d.row_sha256,
  not exists (select from audit.broken_ledger as b where b.drift_id = d.drift_id) as chain_holds
from audit.drift_event as d;
