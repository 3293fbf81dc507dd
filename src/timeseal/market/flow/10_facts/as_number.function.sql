-- purpose: read a plain decimal number from a text; anything else is unknown, never an error
-- grain: one value
-- reads: nothing
-- writes: nothing
-- time: none
create or replace function ref.as_number(p_value text) returns numeric
language sql
immutable
parallel safe
begin atomic
  select case when p_value ~ '^-?[0-9]{1,12}([.][0-9]{1,9})?$' then p_value::numeric end;
end;
