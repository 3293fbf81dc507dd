-- purpose: no mark without a meaning among the facts
-- grain: one trigger
-- reads: nothing
-- writes: trigger on raw.listing_event
-- time: none
create or replace trigger divert_unknown_mark
before insert on raw.listing_event
for each row when (new.event = 'spam_marked')
execute function raw.divert_unknown_mark();
alter table raw.listing_event enable always trigger divert_unknown_mark;
