-- purpose: the current certificate of every entrypoint that was ever run, as published
-- grain: one row per entrypoint
-- reads: audit.t0_cert_run, audit.door_cause
-- writes: nothing
-- time: certified_at is the stored stamp; status says what a reader would meet, age apart
create or replace view audit.t0_cert_registry as
select
  e.entrypoint,
  case
    when r.status = 'FAILED' then 'FAILED'
    when d.cause is null or d.cause[2] like 'stale:%' then r.status
    when d.cause[2] like 'its fuse is burnt%' then 'FAILED'
    else 'VOID'
  end as status,
  r.certified_at,
  r.viewdef_objects,
  case when d.cause is null then r.dataset_days end as dataset_days,
  case when r.status = 'FAILED' or d.cause is null then r.notes else d.cause[2] || '; ' || r.notes end as notes,
  r.run_id,
  r.expires_at,
  -- a digest of rows that nobody may read would tell a reader when one of them changes
  case when d.cause is null then r.fingerprint end as fingerprint,
  r.contract_sha256,
  r.protection
from audit.entrypoint as e
cross join lateral (
  -- readers see this view: the gates that failed, not the rows
  select c.status, c.certified_at, c.viewdef_objects, c.dataset_days,
    split_part(c.notes, '; first ', 1) as notes, c.run_id, c.expires_at, c.fingerprint,
    c.contract_sha256, c.protection
  from audit.t0_cert_run as c
  where c.entrypoint = e.entrypoint
  order by c.run_id desc
  limit 1
) as r
cross join lateral (select audit.door_cause(e.entrypoint, e.max_age) as cause) as d;
