-- purpose: true when a declared type name means the column's type; a modifier counts when it is given
-- grain: one column
-- reads: pg_catalog.pg_type
-- writes: nothing
-- time: none
create or replace function audit.type_matches(p_declared text, p_type oid, p_modifier integer) returns boolean
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if to_regtype(p_declared) is distinct from p_type::regtype then
    return false;
  end if;
  return position('(' in p_declared) = 0
    or replace(format_type(p_type, p_modifier), ' ', '') = replace(replace(lower(p_declared), ' ', ''), 'decimal(', 'numeric(')
    or replace(format_type(p_type, p_modifier), ' ', '') = replace(replace(lower(p_declared), ' ', ''), 'varchar(', 'charactervarying(');
exception when syntax_error or invalid_parameter_value then
  return false;
end
$$;
