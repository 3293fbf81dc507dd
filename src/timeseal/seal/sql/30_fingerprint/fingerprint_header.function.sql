-- purpose: format TSF1: what the bytes mean: format id, then name, wire type and rendering per column
-- grain: one relation; the text is hashed into the root
-- reads: system catalogues
-- writes: nothing
-- time: none
create or replace function audit.fingerprint_header(p_relation oid) returns text
language sql
stable strict
set search_path = pg_catalog, pg_temp
as $$
  select jsonb_build_array(
    'TSF1',
    jsonb_agg(jsonb_build_array(c.column_name, c.wire, c.rendering) order by c.attnum)
  )::text
  from audit.tsf1_columns(p_relation, 't') as c
$$;
revoke all on function audit.fingerprint_header(oid) from public;
