-- purpose: no declared entrypoint without its published runner
-- grain: one trigger
-- reads: nothing
-- writes: trigger on audit.entrypoint
-- time: none
create or replace trigger give_runner
after insert on audit.entrypoint
for each row execute function audit.give_runner();
alter table audit.entrypoint enable always trigger give_runner;
