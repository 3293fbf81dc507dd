-- purpose: where the drift ledger of an entrypoint ends
-- grain: one entrypoint; NULL = nothing was ever approved or refused
-- reads: audit.drift_event
-- writes: nothing
-- time: none
create or replace function audit.newest_ledger_id(p_entrypoint text) returns bigint
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select max(d.drift_id) from audit.drift_event as d where d.entrypoint = p_entrypoint
$$;
revoke all on function audit.newest_ledger_id(text) from public;
