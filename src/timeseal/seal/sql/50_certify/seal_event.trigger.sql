-- purpose: no line of the drift ledger outside the chain
-- grain: one trigger
-- reads: nothing
-- writes: trigger on audit.drift_event
-- time: none
create or replace trigger seal_event
before insert on audit.drift_event
for each row execute function audit.seal_event();
alter table audit.drift_event enable always trigger seal_event;
