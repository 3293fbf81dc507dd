-- purpose: the SQL expression that gives the canonical bytes of one row of a relation
-- grain: one relation; p_alias is the range variable that the expression refers to
-- reads: system catalogues
-- writes: nothing
-- time: none
create or replace function audit.tsf1_row(p_relation oid, p_alias text) returns text
language sql
stable strict
set search_path = pg_catalog, pg_temp
as $$
  select format('record_send(row(%s))', string_agg(c.expression, ', ' order by c.attnum))
  from audit.tsf1_columns(p_relation, p_alias) as c
$$;
revoke all on function audit.tsf1_row(oid, text) from public;
