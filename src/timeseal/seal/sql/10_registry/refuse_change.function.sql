-- purpose: refuse every change of an append-only relation of the engine
-- grain: one statement
-- reads: nothing
-- writes: nothing
-- time: none
create or replace function audit.refuse_change() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception 'TS002: % of %.% refused: the relation is append-only', tg_op, tg_table_schema, tg_table_name
    using errcode = 'TS002',
      detail = 'expected: insert; found: ' || tg_op,
      hint = 'A correction is a new row. Run: timeseal status';
end
$$;
