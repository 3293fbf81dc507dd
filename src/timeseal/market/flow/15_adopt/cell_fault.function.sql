-- purpose: what a value of an adopted table should have been to become a value of our type; NULL when it can
-- grain: one value, as text
-- reads: nothing
-- writes: nothing
-- time: an infinite time is no instant
create or replace function raw.cell_fault(p_value text, p_type text) returns text
language sql
immutable
parallel safe
return case
  when p_value is null then null
  when p_type in ('integer', 'bigint') then case
    when p_value !~ '^\s*[+-]?[0-9]{1,19}\s*$' then 'a whole number'
    when abs(p_value::numeric) > case p_type when 'integer' then 2147483647 else 9223372036854775807 end
      then 'a whole number of type ' || p_type
  end
  when p_type = 'double precision' and (p_value !~ '^\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)\s*$' or length(p_value) > 300) then 'a finite number'
  when p_type = 'timestamp with time zone'
    and p_value !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+([+-][0-9:]+)?)?$' then 'a finite instant of years 1 to 9999'
  when p_type = 'date' and p_value !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' then 'a finite day of years 1 to 9999'
end;
