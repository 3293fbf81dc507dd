-- purpose: the certificate a training frame is read under, with its contract; refuses when the door is closed
-- grain: one row
-- reads: audit.held_certificate, audit.entrypoint, audit.t0_cert_run
-- writes: nothing
-- time: as audit.held_certificate
create or replace function ml.training_certificate(p_guarded text)
returns table (
  certificate_id text, entrypoint text, contract_set text, contract_sha256 text, features_hash text, fingerprint text
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select h.certificate_id, h.entrypoint, e.contract_set, h.contract_sha256, r.features_hash, h.fingerprint
  from audit.held_certificate(p_guarded) as h
  join audit.entrypoint as e on e.entrypoint = h.entrypoint
  join audit.t0_cert_run as r on r.run_id = split_part(h.certificate_id, '-', 1)::bigint;
$$;
revoke all on function ml.training_certificate(text) from public;
grant execute on function ml.training_certificate(text) to ml_training;
