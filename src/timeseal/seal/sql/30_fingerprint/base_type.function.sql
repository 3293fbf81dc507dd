-- purpose: the type below a type's domains, however many
-- grain: one type
-- reads: system catalogues
-- writes: nothing
-- time: none
create or replace function audit.base_type(p_type oid) returns oid
language plpgsql
stable strict
set search_path = pg_catalog, pg_temp
as $$
declare
  v_type oid := p_type;
begin
  while exists (select 1 from pg_type as t where t.oid = v_type and t.typtype = 'd') loop
    select t.typbasetype into v_type from pg_type as t where t.oid = v_type;
  end loop;
  return v_type;
end
$$;
revoke all on function audit.base_type(oid) from public;
