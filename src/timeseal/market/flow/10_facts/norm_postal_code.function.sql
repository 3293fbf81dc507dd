-- purpose: postal code of four digits, whatever stands around them; NULL when the digits are none
-- grain: one code
-- reads: nothing
-- writes: nothing
-- time: none; three digits are a code of Oslo that lost its zero, fewer or more are no code
create or replace function ref.norm_postal_code(p_code text) returns text
language sql
immutable
parallel safe
return case
  when regexp_replace(p_code, '[^0-9]', '', 'g') ~ '^[0-9]{3,4}$'
    then lpad(regexp_replace(p_code, '[^0-9]', '', 'g'), 4, '0')
end;
