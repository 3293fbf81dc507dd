-- purpose: the waivers that may count now: neither expired nor taken back; audit.waiver_outlived says whether one still holds
-- grain: one row per waiver
-- reads: audit.waiver, audit.waiver_revocation
-- writes: nothing
-- time: compares expires_at with the wall clock
create or replace view audit.waiver_in_force as
select w.waiver_id, w.entrypoint, w.gate, w.subject, w.reason, w.author, w.created_at, w.expires_at,
  w.rule_sha256, w.rows_sha256
from audit.waiver as w
where w.expires_at > clock_timestamp()
  and not exists (select 1 from audit.waiver_revocation as r where r.waiver_id = w.waiver_id);
