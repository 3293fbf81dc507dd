-- purpose: the definition of any closure object as text, equal on equal definitions
-- grain: one object
-- reads: system catalogues
-- writes: nothing
-- time: none
create or replace function audit.object_definition(p_classid oid, p_objid oid) returns text
language plpgsql
stable strict
set search_path = pg_catalog, pg_temp
set quote_all_identifiers = off
set standard_conforming_strings = on
set "TimeZone" = 'UTC'
set "DateStyle" = 'ISO, MDY'
set "IntervalStyle" = 'iso_8601'
set extra_float_digits = 3
set bytea_output = 'hex'
as $$
begin
  return (
    select case
      when p_classid = 'pg_class'::regclass then audit.relation_definition(p_objid)
      when p_classid = 'pg_proc'::regclass then audit.function_definition(p_objid)
      when p_classid = 'pg_type'::regclass then audit.type_definition(p_objid)
      when p_classid in ('pg_operator'::regclass, 'pg_opclass'::regclass, 'pg_opfamily'::regclass)
        then audit.operator_definition(p_classid, p_objid)
      when p_classid = 'pg_collation'::regclass then (
        select to_jsonb(k)::text from pg_collation as k where k.oid = p_objid
      )
      when p_classid = 'pg_trigger'::regclass then (
        select format('%s enabled %s', pg_get_triggerdef(t.oid), t.tgenabled)
        from pg_trigger as t
        where t.oid = p_objid
      )
      when p_classid = 'pg_constraint'::regclass then pg_get_constraintdef(p_objid)
      when p_classid = 'pg_namespace'::regclass then (
        select audit.acl_text(n.nspacl, 'n', n.nspowner) from pg_namespace as n where n.oid = p_objid
      )
      when p_classid = 'pg_policy'::regclass then (
        select format(
          'policy %I permissive %s command %s roles %s using %s check %s', p.polname, p.polpermissive,
          p.polcmd,
          (
            select string_agg(case when r.id = 0 then 'PUBLIC' else pg_get_userbyid(r.id) end, ' '
              order by r.id)
            from unnest(p.polroles) as r (id)
          ),
          pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)
        )
        from pg_policy as p
        where p.oid = p_objid
      )
    end
  );
end
$$;
revoke all on function audit.object_definition(oid, oid) from public;
