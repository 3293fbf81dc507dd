-- purpose: is a mark one that the spam rule has a meaning for: it excludes an ad, or it takes such a mark back
-- grain: one mark
-- reads: nothing
-- writes: nothing
-- time: none
create or replace function ref.knows_mark(p_mark text) returns boolean
language sql
immutable
parallel safe
begin atomic
  select ref.excludes_listing(p_mark) or coalesce(lower(btrim(p_mark)) in ('f', 'false', '0', 'no', 'n'), false);
end;
