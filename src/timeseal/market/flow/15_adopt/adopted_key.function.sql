-- purpose: one spelling of a whole number, so that '007' and 7 are one key; anything else stays as it is
-- grain: one value
-- reads: nothing
-- writes: nothing
-- time: none
create or replace function raw.adopted_key(p_value text) returns text
language sql
immutable
parallel safe
return case when p_value ~ '^\s*[+-]?[0-9]{1,19}\s*$' then p_value::numeric::text else p_value end;
