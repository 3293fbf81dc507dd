-- purpose: the valid certificate of an entrypoint, for whoever reads its rows; refuses when the door is closed
-- grain: one row
-- reads: audit.entrypoint, audit.t0_cert_run, audit.require_certified
-- writes: nothing
-- time: the newest run of the entrypoint, no older than p_max_age
create or replace function audit.held_certificate(p_name text, p_max_age interval default interval '24 hours')
returns table (
  certificate_id text,
  entrypoint text,
  guarded_view text,
  certified_at timestamptz,
  expires_at timestamptz,
  dataset_rows bigint,
  fingerprint text,
  definition_sha256 text,
  contract_sha256 text,
  protection text
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_name);
begin
  perform audit.cert_guard(v_ep.entrypoint, p_max_age);
  return query
  select r.run_id || '-' || left(r.row_sha256, 16), r.entrypoint, v_ep.guarded_view, r.certified_at, r.expires_at,
    r.dataset_rows, r.fingerprint, r.definition_sha256, r.contract_sha256, r.protection
  from audit.t0_cert_run as r
  where r.entrypoint = v_ep.entrypoint
  order by r.run_id desc
  limit 1;
end
$$;
