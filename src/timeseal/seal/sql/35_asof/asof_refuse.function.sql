-- purpose: refuse a declaration of an as-of join: what is wrong, expected, found, and the way out
-- grain: one refusal
-- reads: nothing
-- writes: nothing
-- time: none
create or replace function audit.asof_refuse(p_what text, p_expected text, p_found text, p_hint text) returns void
language plpgsql
immutable
set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception 'TS003: %', p_what
    using errcode = 'TS003', detail = format('expected: %s; found: %s', p_expected, p_found), hint = p_hint;
end
$$;
