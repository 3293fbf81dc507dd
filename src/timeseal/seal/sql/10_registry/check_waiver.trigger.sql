-- purpose: no waiver is recorded unchecked, whoever inserts it and however
-- grain: one waiver
-- reads: nothing
-- writes: a trigger on audit.waiver
-- time: none
create or replace trigger check_waiver
before insert on audit.waiver
for each row execute function audit.check_waiver();
alter table audit.waiver enable always trigger check_waiver;
