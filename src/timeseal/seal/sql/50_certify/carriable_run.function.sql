-- purpose: the newest run of an entrypoint, when results may be carried from it at all: unaltered, of this database and relation
-- grain: one entrypoint; a row of nulls when there is none, or when a full hash is asked for
-- reads: audit.t0_cert_run
-- writes: nothing
-- time: timeseal.full_hash = on asks for everything now
create or replace function audit.carriable_run(p_ep audit.entrypoint) returns audit.t0_cert_run
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_run audit.t0_cert_run;
begin
  select r.* into v_run
  from audit.t0_cert_run as r
  where r.entrypoint = p_ep.entrypoint
  order by r.run_id desc
  limit 1;
  if (
    not coalesce(nullif(current_setting('timeseal.full_hash', true), ''), 'off')::boolean
    and v_run.row_sha256 = audit.run_sha256(v_run)
    and audit.issued_here(v_run.database_oid, v_run.server_started_at, v_run.system_identifier)
    and v_run.entrypoint_relid = p_ep.relid
  ) is true then
    return v_run;
  end if;
  return null;
end
$$;
revoke all on function audit.carriable_run(audit.entrypoint) from public;
