-- purpose: the seven classes of price to value, 1 = cheap; NULL for a ratio below 0.5 or above 2.5, which is no price of the thing
-- grain: one ratio
-- reads: nothing
-- writes: nothing
-- time: none
create or replace function ref.ptv_bucket(p_ptv numeric) returns integer
language sql
immutable
parallel safe
begin atomic
  select case
    when p_ptv < 0.5 or p_ptv > 2.5 then null
    when p_ptv < 0.8 then 1
    when p_ptv < 0.9 then 2
    when p_ptv < 1.0 then 3
    when p_ptv < 1.1 then 4
    when p_ptv < 1.2 then 5
    when p_ptv < 1.4 then 6
    when p_ptv <= 2.5 then 7
  end;
end;
