-- purpose: refuse every change of a fact: facts are appended, corrections are new rows
-- grain: one statement
-- reads: nothing
-- writes: nothing
-- time: none
create or replace function raw.refuse_change() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception 'TS002: % of %.% refused: facts are append-only', tg_op, tg_table_schema, tg_table_name
    using errcode = 'TS002',
      detail = 'expected: insert; found: ' || tg_op,
      hint = 'Append a correcting row with its own known_at. Run: timeseal load --help';
end
$$;
