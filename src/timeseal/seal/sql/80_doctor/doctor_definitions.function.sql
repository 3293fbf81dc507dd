-- purpose: doctor: a definition that nobody saw change is the certified one, also after what no trigger sees
-- grain: one finding per entrypoint
-- reads: audit.entrypoint, audit.t0_cert_run, audit.stamp, the catalogue
-- writes: nothing
-- time: expired certificates are left out
create or replace function audit.doctor_definitions() returns setof audit.finding
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select 'definition', 'blocking', e.entrypoint, 'definition_sha256', left(r.definition_sha256, 12) || '… at certification',
    left(n.digest, 12) || '… now', 'timeseal certify ' || e.entrypoint
  from audit.entrypoint as e
  cross join lateral (
    select c.status, c.expires_at, c.definition_sha256, c.stamp_versions[array_position(c.stamp_relids, e.relid)] as version
    from audit.t0_cert_run as c
    where c.entrypoint = e.entrypoint
    order by c.run_id desc
    limit 1
  ) as r
  cross join lateral (select audit.definition_sha256(e.relid) as digest) as n
  join audit.stamp as s on s.relid = e.relid and s.version = r.version
  where e.retired_at is null and r.status = 'CERTIFIED' and r.expires_at > clock_timestamp()
    and n.digest is distinct from r.definition_sha256;
$$;
