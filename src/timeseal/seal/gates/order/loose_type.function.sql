-- purpose: order gate: how equal values of a type may differ: null not at all, 'scale' where TSF1 holds them equal, else 'shown'
-- grain: one type with its modifier and collation
-- reads: system catalogues
-- writes: nothing
-- time: none
create or replace function audit.loose_type(p_type oid, p_typmod integer, p_collations oid[]) returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_type pg_type := (select t from pg_type as t where t.oid = p_type);
begin
  if v_type.typtype = 'd' then
    return audit.loose_type(v_type.typbasetype, v_type.typtypmod, p_collations || v_type.typcollation);
  elsif v_type.typtype = 'c' then
    -- 'shown' sorts after 'scale'
    return (
      select max(audit.loose_type(a.atttypid, a.atttypmod, array[a.attcollation]))
      from pg_attribute as a
      where a.attrelid = v_type.typrelid and a.attnum > 0 and not a.attisdropped
    );
  elsif v_type.typtype in ('r', 'm') then
    return (
      select audit.loose_type(r.rngsubtype, -1, array[r.rngcollation])
      from pg_range as r
      where p_type in (r.rngtypid, r.rngmultitypid)
    );
  elsif v_type.typcategory = 'A' and v_type.typelem <> 0 then
    return audit.loose_type(v_type.typelem, p_typmod, p_collations);
  elsif exists (select 1 from pg_collation as c where c.oid = any (p_collations) and not c.collisdeterministic) then
    return 'shown';
  elsif p_type in ('float4'::regtype, 'float8'::regtype, 'jsonb'::regtype)
    or p_type in ('numeric'::regtype, 'bpchar'::regtype) and p_typmod < 0 then
    return 'scale';
  elsif v_type.typtype = 'e' or v_type.typnamespace = 'pg_catalog'::regnamespace and v_type.typname in (
    'bool', 'char', 'int2', 'int4', 'int8', 'oid', 'xid', 'xid8', 'tid', 'text', 'varchar', 'name', 'bpchar', 'numeric',
    'date', 'time', 'timetz', 'timestamp', 'timestamptz', 'uuid', 'bytea', 'bit', 'varbit', 'inet', 'cidr', 'macaddr',
    'macaddr8', 'money', 'pg_lsn', 'regclass', 'regproc', 'regprocedure', 'regoper', 'regoperator', 'regtype',
    'regconfig', 'regdictionary', 'regnamespace', 'regrole', 'regcollation', 'unknown'
  ) then
    return null;
  end if;
  return 'shown';
end
$$;
revoke all on function audit.loose_type(oid, integer, oid[]) from public;
