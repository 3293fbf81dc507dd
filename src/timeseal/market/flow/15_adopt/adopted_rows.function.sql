-- purpose: an adopted table as it stands, its mapped columns under our names
-- grain: one row of the table
-- reads: the adopted table
-- writes: nothing
-- time: the caller's snapshot
create or replace function raw.adopted_rows(p_adoption raw.adoption) returns table (doc jsonb)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set extra_float_digits = 3
set row_security = off
as $$
declare
  v_columns text;
begin
  select string_agg(format(case t.typname when 'numeric' then 'trim_scale(x.%I) as %I' else 'x.%I as %I' end, m.value, m.key), ', ' order by m.key)
  into v_columns
  from jsonb_each_text(p_adoption.column_map) as m (key, value)
  left join pg_attribute as a on a.attrelid = p_adoption.relid and a.attname = m.value and not a.attisdropped
  left join pg_type as t on t.oid = a.atttypid;
  return query execute format('select to_jsonb(r) from (select %s from %s as x) as r', v_columns, p_adoption.relid::regclass);
end
$$;
