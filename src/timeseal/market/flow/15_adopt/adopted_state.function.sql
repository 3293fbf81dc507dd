-- purpose: the state that a row of an adopted table is in, by the declared status map; a word that is not in it means nothing
-- grain: one row
-- reads: nothing
-- writes: nothing
-- time: none
create or replace function raw.adopted_state(p_doc jsonb, p_column_map jsonb, p_status_map jsonb) returns text
language sql
immutable
parallel safe
return case
  when p_column_map ? 'status' then coalesce(p_status_map ->> lower(btrim(p_doc ->> 'status')), 'unknown')
  when p_doc ->> 'sold_date' is not null then 'sold'
  else 'live'
end;
