-- purpose: one digest of the whole sealed definition; compare within one server major only
-- grain: one entrypoint
-- reads: system catalogues, audit.entrypoint, audit.materialisation
-- writes: nothing
-- time: none
create or replace function audit.definition_sha256(p_entrypoint oid) returns text
language plpgsql
stable strict
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select encode(
      sha256(convert_to(
        string_agg(
          jsonb_build_array(d.object_fqn, d.relkind, d.viewdef_sha256)::text, E'\n'
          order by d.object_fqn collate "C", d.viewdef_sha256 collate "C"
        ),
        'UTF8'
      )),
      'hex'
    )
    from audit.definition_objects(p_entrypoint) as d
  );
end
$$;
revoke all on function audit.definition_sha256(oid) from public;
