-- purpose: the one name of a catalogue object, schema-qualified whatever the caller's search_path
-- grain: one object
-- reads: system catalogues
-- writes: nothing
-- time: none
create or replace function audit.object_fqn(classid oid, objid oid) returns text
language plpgsql
stable strict parallel safe
set search_path = pg_catalog, pg_temp
set quote_all_identifiers = off
as $$
begin
  return (
    select i.identity
    from pg_identify_object(object_fqn.classid, object_fqn.objid, 0) as i
  );
end
$$;
revoke all on function audit.object_fqn(oid, oid) from public;
