-- purpose: lines of the drift ledger whose digest or link does not hold (none, unless somebody above the roles rewrote history)
-- grain: one row per broken event
-- reads: audit.drift_event
-- writes: nothing
-- time: none
create or replace view audit.broken_ledger as
with link as (
  select
    d.drift_id,
    d.entrypoint,
    d.t0_day,
    d.row_sha256,
    audit.event_sha256(d) as computed_sha256,
    d.previous_sha256,
    coalesce(
      lag(d.row_sha256) over (partition by d.entrypoint order by d.drift_id),
      encode(sha256(convert_to('genesis ' || d.entrypoint, 'UTF8')), 'hex')
    ) as expected_previous_sha256
  from audit.drift_event as d
)
select
  l.drift_id,
  l.entrypoint,
  l.t0_day,
  l.row_sha256 is distinct from l.computed_sha256 as row_changed,
  l.previous_sha256 is distinct from l.expected_previous_sha256 as link_broken
from link as l
where l.row_sha256 is distinct from l.computed_sha256
  or l.previous_sha256 is distinct from l.expected_previous_sha256;
