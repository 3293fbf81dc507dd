-- purpose: read a plain decimal number below a thousand million from a text, so that it fits an integer; anything else is unknown
-- grain: one value
-- reads: nothing
-- writes: nothing
-- time: none
create or replace function ref.as_number(p_value text) returns numeric
language sql
immutable
parallel safe
begin atomic
  select case when p_value ~ '^-?[0-9]{1,9}([.][0-9]{1,20})?$' then p_value::numeric end;
end;
