-- purpose: accept, on record, the present definition of everything below an entrypoint
-- grain: one row per object of the build closure
-- reads: the catalogue
-- writes: audit.t0_viewdef_baseline, audit.definition_event
-- time: none
create or replace procedure audit.capture_viewdef_baseline(p_entrypoint regclass)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(audit.entrypoint_of(p_entrypoint));
  v_major integer := current_setting('server_version_num')::integer / 10000;
  v_reason text := coalesce(nullif(current_setting('timeseal.reason', true), ''), 'published block');
begin
  insert into audit.definition_event (entrypoint, object_fqn, sha256_before, sha256_after, server_major, reason)
  select v_ep.entrypoint, coalesce(d.object_fqn, b.object_fqn), b.viewdef_sha256, d.viewdef_sha256, v_major, v_reason
  from audit.definition_objects(v_ep.relid) as d
  full join (
    select a.object_fqn, a.viewdef_sha256
    from audit.t0_viewdef_baseline as a
    where a.entrypoint = v_ep.entrypoint and a.server_major = v_major
  ) as b on b.object_fqn = d.object_fqn
  where d.viewdef_sha256 is distinct from b.viewdef_sha256
  order by 2;
  delete from audit.t0_viewdef_baseline as b where b.entrypoint = v_ep.entrypoint and b.server_major = v_major;
  insert into audit.t0_viewdef_baseline (entrypoint, object_fqn, relkind, viewdef_sha256, server_major, reason)
  select v_ep.entrypoint, d.object_fqn, d.relkind, d.viewdef_sha256, v_major,
    v_reason
  from audit.definition_objects(v_ep.relid) as d;
end
$$;
