-- purpose: rows of an entrypoint as they stand, by key
-- grain: a list of {row_key, cells}
-- reads: the entrypoint
-- writes: nothing
-- time: none
create or replace function audit.rows_by_key(p_entrypoint text, p_keys jsonb) returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_types text;
  v_match text;
  v_key text;
  v_rows jsonb;
begin
  select
    string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' order by a.attnum),
    -- equality, where it may use an index; the keys of sealed rows are never NULL
    string_agg(format('t.%1$I = k.%1$I', a.attname), ' and ' order by a.attnum),
    string_agg(format('%1$L, t.%1$I', a.attname), ', ' order by a.attnum)
  into v_types, v_match, v_key
  from pg_attribute as a
  where a.attrelid = v_ep.relid and a.attname = any (v_ep.key_columns) and not a.attisdropped;
  execute format(
    'select coalesce(jsonb_agg(jsonb_build_object(''row_key'', jsonb_build_object(%s), ''cells'', to_jsonb(t))), ''[]'') '
    'from (select distinct x.* from jsonb_to_recordset($1) as x (%s)) as k join %s as t on %s',
    v_key, v_types, audit.object_fqn('pg_class'::regclass, v_ep.relid), v_match) into v_rows using p_keys;
  return v_rows;
end
$$;
revoke all on function audit.rows_by_key(text, jsonb) from public;
