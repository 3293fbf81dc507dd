-- purpose: count the writes of relations that joined a sealed foreign view after it was sealed
-- grain: one entrypoint
-- reads: the read closure
-- writes: audit.stamp, audit.foreign_seal
-- time: none
create or replace function audit.extend_foreign(p_entrypoint text, p_relids oid[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
begin
  insert into audit.stamp (relid, version, cause)
  select r.relid, 0, 'attached'
  from audit.read_closure(v_ep.relid) as r
  where r.relkind in ('r', 'p', 'm')
  on conflict (relid) do nothing;
  perform audit.advance_stamp(v_ep.relid, 'seal repaired by ' || session_user);
  update audit.foreign_seal as f
  set stamped = array(select distinct u.relid from unnest(f.stamped || p_relids) as u (relid) order by u.relid)
  where f.entrypoint = v_ep.entrypoint;
end
$$;
revoke all on function audit.extend_foreign(text, oid[]) from public;
