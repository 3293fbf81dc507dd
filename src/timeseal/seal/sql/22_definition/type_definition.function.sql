-- purpose: the definition of a type as text: enum labels, domain rule, fields, range parts, rights
-- grain: one type
-- reads: system catalogues
-- writes: nothing
-- time: none
create or replace function audit.type_definition(p_type oid) returns text
language plpgsql
stable strict parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select concat_ws(
      E'\n',
      format(
        'type %s kind %s input %s output %s receive %s send %s', format_type(t.oid, null), t.typtype,
        t.typinput, t.typoutput, t.typreceive, t.typsend
      ),
      audit.acl_text(t.typacl, 'T', t.typowner),
      (
        select 'labels ' || string_agg(quote_literal(e.enumlabel), ' ' order by e.enumsortorder)
        from pg_enum as e
        where e.enumtypid = t.oid
      ),
      case when t.typtype = 'd' then format(
        'domain over %s %s collate %s', format_type(t.typbasetype, t.typtypmod),
        case when t.typnotnull then 'not null' else 'null' end, t.typcollation::regcollation
      ) end,
      (
        select string_agg(
          format('constraint %I %s', k.conname, pg_get_constraintdef(k.oid)), E'\n'
          order by k.conname collate "C"
        )
        from pg_constraint as k
        where k.contypid = t.oid
      ),
      case when t.typtype = 'c' then audit.relation_columns(t.typrelid) end,
      (
        select format(
          'range over %s collate %s canonical %s difference %s', r.rngsubtype::regtype,
          r.rngcollation::regcollation, r.rngcanonical, r.rngsubdiff
        )
        from pg_range as r
        where r.rngtypid = t.oid
      )
    )
    from pg_type as t
    where t.oid = p_type
  );
end
$$;
revoke all on function audit.type_definition(oid) from public;
