-- purpose: resolve a declared function name to its quoted, schema-qualified form, or refuse
-- grain: one function
-- reads: pg_catalog.pg_proc
-- writes: nothing
-- time: none
create or replace function audit.function_name(p_name text, p_arguments text) returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_name text;
begin
  select format('%I.%I', n.nspname, p.proname) into v_name
  from pg_catalog.pg_proc as p
  join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
  where p.oid = to_regprocedure(p_name || '(' || p_arguments || ')');
  if v_name is null then
    raise exception 'TS003: there is no function %(%)', p_name, p_arguments
      using errcode = 'TS003',
        hint = 'Name an existing, schema-qualified function in store.toml. Run: timeseal store plan';
  end if;
  return v_name;
end
$$;
