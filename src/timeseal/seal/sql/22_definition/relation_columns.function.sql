-- purpose: the columns of a relation as text: order, type, nullability, collation, formula, rights
-- grain: one relation
-- reads: system catalogues
-- writes: nothing
-- time: none
create or replace function audit.relation_columns(p_relation oid) returns text
language plpgsql
stable strict parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select string_agg(
      format(
        'column %I %s %s collate %s generated %s %s',
        a.attname,
        format_type(a.atttypid, a.atttypmod),
        case when a.attnotnull then 'not null' else 'null' end,
        coalesce(audit.object_fqn('pg_collation'::regclass, nullif(a.attcollation, 0)), '-'),
        case when a.attgenerated = '' then '-' else a.attgenerated::text || ' ' || pg_get_expr(f.adbin, f.adrelid) end,
        (
          select string_agg(i.item::text, ' ' order by i.item::text collate "C")
          from unnest(a.attacl) as i (item)
        )
      ),
      E'\n' order by a.attnum
    )
    from pg_attribute as a
    left join pg_attrdef as f on f.adrelid = a.attrelid and f.adnum = a.attnum
    where a.attrelid = p_relation and a.attnum > 0 and not a.attisdropped
  );
end
$$;
revoke all on function audit.relation_columns(oid) from public;
