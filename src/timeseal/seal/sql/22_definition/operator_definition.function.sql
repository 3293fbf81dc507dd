-- purpose: the definition of an operator, operator class or operator family as text: all that the planner reads of it
-- grain: one object
-- reads: system catalogues
-- writes: nothing
-- time: none
create or replace function audit.operator_definition(p_classid oid, p_objid oid) returns text
language plpgsql
stable strict parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return case
    when p_classid = 'pg_operator'::regclass then (
      select format(
        'operator %s function %s owner %s commutator %s negator %s restrict %s join %s merges %s hashes %s',
        o.oid::regoperator, o.oprcode::regprocedure, pg_get_userbyid(o.oprowner), o.oprcom::regoperator,
        o.oprnegate::regoperator, o.oprrest::regprocedure, o.oprjoin::regprocedure, o.oprcanmerge, o.oprcanhash
      )
      from pg_operator as o
      where o.oid = p_objid
    )
    when p_classid = 'pg_opclass'::regclass then (
      select format(
        'operator class for %s default %s family %s key %s owner %s', format_type(k.opcintype, null), k.opcdefault,
        audit.object_fqn('pg_opfamily'::regclass, k.opcfamily), format_type(nullif(k.opckeytype, 0), null),
        pg_get_userbyid(k.opcowner)
      )
      from pg_opclass as k
      where k.oid = p_objid
    )
    when p_classid = 'pg_opfamily'::regclass then (
      select format('operator family owner %s', pg_get_userbyid(y.opfowner)) || coalesce(
        (
          select string_agg(
            E'\n' || m.line, '' order by m.line collate "C"
          )
          from (
            select format(
              'operator %s %s %s %s', a.amopstrategy, a.amopopr::regoperator, a.amoppurpose,
              audit.object_fqn('pg_opfamily'::regclass, nullif(a.amopsortfamily, 0))
            )
            from pg_amop as a
            where a.amopfamily = y.oid
            union all
            select format(
              'function %s %s %s %s', f.amprocnum, format_type(f.amproclefttype, null),
              format_type(f.amprocrighttype, null), f.amproc::regprocedure
            )
            from pg_amproc as f
            where f.amprocfamily = y.oid
          ) as m (line)
        ),
        ''
      )
      from pg_opfamily as y
      where y.oid = p_objid
    )
  end;
end
$$;
revoke all on function audit.operator_definition(oid, oid) from public;
