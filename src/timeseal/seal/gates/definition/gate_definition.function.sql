-- purpose: gate: every object of the build closure, and of the invariants, still has its accepted definition, on this server major
-- grain: one finding per object
-- reads: audit.t0_viewdef_baseline, the catalogue
-- writes: nothing
-- time: none
create or replace function audit.gate_definition(p_entrypoint text) returns setof audit.finding
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_major integer := current_setting('server_version_num')::integer / 10000;
  v_hint text := format('restore the object, or accept it: CALL audit.capture_viewdef_baseline(%L)', v_ep.entrypoint);
begin
  return query
  select 'definition'::text, 'blocking'::text, audit.object_fqn(b.classid, b.objid), 'text'::text,
    'an object whose definition can be digested'::text, 'one of ' || b.classid::regclass, 'do without it in what is sealed'::text
  from audit.closure_walk(v_ep.relid, 'definition') as b
  -- what initdb made only a superuser can alter
  where b.objid >= 16384 and audit.object_definition(b.classid, b.objid) is null
  order by 3;
  if not exists (
    select 1 from audit.t0_viewdef_baseline as b where b.entrypoint = v_ep.entrypoint and b.server_major = v_major
  ) then
    return next row('definition', 'blocking', v_ep.entrypoint, 'baseline', 'a captured definition baseline',
      format('none for PostgreSQL %s', v_major),
      format('CALL audit.capture_viewdef_baseline(%L)', v_ep.entrypoint))::audit.finding;
    return;
  end if;
  return query
  select 'definition'::text, 'blocking'::text, coalesce(c.object_fqn, b.object_fqn), 'sha256'::text,
    coalesce(b.viewdef_sha256, 'not in the closure'), coalesce(c.viewdef_sha256, 'gone from the closure'), v_hint
  from audit.definition_objects(v_ep.relid) as c
  full join (
    select a.object_fqn, a.viewdef_sha256
    from audit.t0_viewdef_baseline as a
    where a.entrypoint = v_ep.entrypoint and a.server_major = v_major
  ) as b on b.object_fqn = c.object_fqn
  where c.viewdef_sha256 is distinct from b.viewdef_sha256
  order by 3;
end
$$;
