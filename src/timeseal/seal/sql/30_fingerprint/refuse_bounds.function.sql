-- purpose: format TSF1: refuse an array that does not start at 1: its bounds are shown, and no other format keeps them
-- grain: one value; always an error, in place of a length
-- reads: nothing
-- writes: nothing
-- time: none
create or replace function audit.refuse_bounds(p_column text, p_value text) returns integer
language plpgsql
immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception 'TS003: column % holds an array that does not start at 1: %', p_column, left(p_value, 60)
    using errcode = 'TS003',
      detail = 'expected: arrays whose lower bounds are 1; found: ' || left(p_value, 60),
      hint = format('Write it again from 1 where it is stored, for instance array(select unnest(%s)), and certify again.',
        p_column);
end
$$;
revoke all on function audit.refuse_bounds(text, text) from public;
