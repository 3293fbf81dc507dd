-- purpose: postal code of four digits, whatever stands around them; NULL when there are more or fewer
-- grain: one code
-- reads: nothing
-- writes: nothing
-- time: none; nothing is padded: three digits may be a code without its zero, or half of another number
create or replace function ref.norm_postal_code(p_code text) returns text
language sql
immutable
parallel safe
return case
  when regexp_replace(p_code, '[^0-9]', '', 'g') ~ '^[0-9]{4}$' then regexp_replace(p_code, '[^0-9]', '', 'g')
end;
