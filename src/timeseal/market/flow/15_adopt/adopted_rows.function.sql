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
  -- a view would run its functions, and a cast its own, with the rights of the engine's owner
  if not exists (select from pg_class as c where c.oid = p_adoption.relid and c.relkind in ('r', 'p', 'm')) then
    raise exception 'TS003: % is not a table any more', p_adoption.relation
      using errcode = 'TS003', detail = 'expected: a table or a materialised view; found: something else, or nothing',
        hint = 'Run: timeseal adopt --release ' || p_adoption.relation;
  end if;
  select string_agg(format(case
      when t.typname = 'numeric' and t.oid < 16384 then 'trim_scale(x.%1$I) as %2$I'
      when t.oid < 16384 then 'x.%1$I as %2$I'
      when t.typtype = 'd' and t.typbasetype < 16384 then 'x.%1$I::' || format_type(t.typbasetype, null) || ' as %2$I'
      else 'case when x.%1$I is not null then format(''%%s'', x.%1$I) end as %2$I' end, m.value, m.key), ', ' order by m.key)
  into v_columns
  from jsonb_each_text(p_adoption.column_map) as m (key, value)
  left join pg_attribute as a on a.attrelid = p_adoption.relid and a.attname = m.value and not a.attisdropped
  left join pg_type as t on t.oid = a.atttypid;
  return query execute format('select to_jsonb(r) from (select %s from %s as x) as r', v_columns, p_adoption.relid::regclass);
end
$$;
