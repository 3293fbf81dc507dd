-- purpose: the digest of one line of the drift ledger, recomputable by anybody who can read it
-- grain: one event
-- reads: nothing
-- writes: nothing
-- time: rendered in UTC whatever the session says
create or replace function audit.event_sha256(p_event audit.drift_event) returns text
language sql
stable
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
as $$
  select encode(sha256(convert_to((to_jsonb(p_event) - 'row_sha256')::text, 'UTF8')), 'hex');
$$;
