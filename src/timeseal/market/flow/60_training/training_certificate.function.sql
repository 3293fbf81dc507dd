-- purpose: the certificate a training frame is read under; refuses when the door is closed
-- grain: one row
-- reads: audit.entrypoint, audit.t0_cert_run, audit.require_certified
-- writes: nothing
-- time: the newest run of the entrypoint behind the guarded view
create or replace function ml.training_certificate(p_guarded text)
returns table (
  certificate_id text, entrypoint text, contract_set text, contract_sha256 text, features_hash text, fingerprint text
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_entrypoint text;
begin
  select e.entrypoint into v_entrypoint
  from audit.entrypoint as e
  where e.guarded_view = p_guarded and e.retired_at is null;
  if v_entrypoint is null then
    raise exception 'TS003: no entrypoint has the guarded view %', coalesce(p_guarded, 'NULL')
      using errcode = 'TS003', hint = 'Run: timeseal store show';
  end if;
  perform audit.require_certified(v_entrypoint);
  return query
  select r.run_id || '-' || left(r.row_sha256, 16), r.entrypoint, e.contract_set, r.contract_sha256, r.features_hash,
    r.fingerprint
  from audit.t0_cert_run as r
  join audit.entrypoint as e on e.entrypoint = r.entrypoint
  where r.entrypoint = v_entrypoint
  order by r.run_id desc
  limit 1;
end
$$;
revoke all on function ml.training_certificate(text) from public;
grant execute on function ml.training_certificate(text) to ml_training;
