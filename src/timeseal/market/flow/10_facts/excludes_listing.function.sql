-- purpose: the one spam rule: does a mark exclude an ad from the clean layers
-- grain: one mark
-- reads: nothing
-- writes: nothing
-- time: none; which mark counts is decided by its known_at
create or replace function ref.excludes_listing(p_mark text) returns boolean
language sql
immutable
parallel safe
begin atomic
  select coalesce(lower(btrim(p_mark)) in (
    't', 'true', '1', 'yes', 'y', 'spam', 'wtb', 'wanted', 'duplicate-junk', 'junk', 'bundled', 'below13'), false);
end;
