-- purpose: doctor: roles, memberships and settings that changed since the certificate; what of it opens a way has its own finding
-- grain: one finding per entrypoint
-- reads: audit.t0_cert_run, what audit.settings_sha256 reads
-- writes: nothing
-- time: none
create or replace function audit.doctor_settings() returns setof audit.finding
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select 'settings', 'warning', e.entrypoint, 'settings_sha256', left(r.settings_sha256, 12) || '… at certification',
    left(audit.settings_sha256(), 12) || '… now', 'review roles and ALTER ROLE/DATABASE settings, then: timeseal certify '
      || e.entrypoint
  from audit.entrypoint as e
  cross join lateral (
    select c.status, c.settings_sha256
    from audit.t0_cert_run as c
    where c.entrypoint = e.entrypoint
    order by c.run_id desc
    limit 1
  ) as r
  where e.retired_at is null and r.status = 'CERTIFIED' and r.settings_sha256 is distinct from audit.settings_sha256();
$$;
