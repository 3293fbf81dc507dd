-- purpose: the instant that an adopted time means: by its own offset, else in the declared zone; NULL when it means none
-- grain: one value, as jsonb prints it
-- reads: nothing
-- writes: nothing
-- time: a time without an offset is local time of the declared zone, whatever the session's zone
create or replace function raw.adopted_instant(p_value text, p_zone text) returns timestamptz
language sql
stable
parallel safe
return case
  when p_value is null or raw.cell_fault(p_value, 'timestamp with time zone') is not null then null
  when p_value ~ 'T.*[+-][0-9:]+$' then p_value::timestamptz
  else p_value::timestamp at time zone p_zone
end;
