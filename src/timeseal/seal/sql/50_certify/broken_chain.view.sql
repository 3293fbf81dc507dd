-- purpose: certificate rows whose digest or link does not hold (none, unless somebody above the roles rewrote history)
-- grain: one row per broken run
-- reads: audit.t0_cert_run
-- writes: nothing
-- time: none
create or replace view audit.broken_chain as
with link as (
  select
    r.run_id,
    r.entrypoint,
    r.row_sha256,
    audit.run_sha256(r) as computed_sha256,
    r.previous_sha256,
    coalesce(
      lag(r.row_sha256) over (partition by r.entrypoint order by r.run_id),
      encode(sha256(convert_to('genesis ' || r.entrypoint, 'UTF8')), 'hex')
    ) as expected_previous_sha256
  from audit.t0_cert_run as r
)
select
  l.run_id,
  l.entrypoint,
  l.row_sha256 is distinct from l.computed_sha256 as row_changed,
  l.previous_sha256 is distinct from l.expected_previous_sha256 as link_broken
from link as l
where l.row_sha256 is distinct from l.computed_sha256
  or l.previous_sha256 is distinct from l.expected_previous_sha256;
