-- purpose: the certificate under which a relation is read: of a guarded view whose door is open now, or nothing
-- grain: zero or one row
-- reads: audit.entrypoint, audit.t0_cert_run, what audit.door_cause reads
-- writes: nothing
-- time: validity as audit.door_cause judges it at this moment
create or replace function audit.asof_certificate(p_relation regclass)
returns table (entrypoint text, certificate_id text, fingerprint text, certified_at timestamptz)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select e.entrypoint, r.run_id || '-' || left(r.row_sha256, 16), r.fingerprint, r.certified_at
  from audit.entrypoint as e
  cross join lateral (
    select c.run_id, c.row_sha256, c.fingerprint, c.certified_at, c.status
    from audit.t0_cert_run as c
    where c.entrypoint = e.entrypoint
    order by c.run_id desc
    limit 1
  ) as r
  where e.guarded_relid = p_relation
    and r.status = 'CERTIFIED'
    and audit.guard_form(p_relation, e.entrypoint) is null
    and audit.door_cause(e.entrypoint, e.max_age) is null;
$$;
