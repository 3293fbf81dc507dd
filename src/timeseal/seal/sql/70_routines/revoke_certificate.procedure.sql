-- purpose: shut a door by hand; only a new certification opens it
-- grain: one entrypoint
-- reads: audit.entrypoint
-- writes: the fuse, audit.stamp
-- time: none
create or replace procedure audit.revoke_certificate(p_entrypoint text, p_reason text)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
begin
  if coalesce(btrim(p_reason), '') = '' then
    raise exception 'TS003: a revocation needs a reason'
      using errcode = 'TS003', detail = 'expected: a sentence; found: nothing',
        hint = 'CALL audit.revoke_certificate(''schema.view'', ''why'')';
  end if;
  perform audit.burn_fuse(v_ep.entrypoint);
  perform audit.advance_stamp(v_ep.relid, 'revoked by ' || session_user || ': ' || p_reason);
end
$$;
