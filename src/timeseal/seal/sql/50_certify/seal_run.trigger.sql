-- purpose: no certificate outside the chain
-- grain: one trigger
-- reads: nothing
-- writes: trigger on audit.t0_cert_run
-- time: none
create or replace trigger seal_run
before insert on audit.t0_cert_run
for each row execute function audit.seal_run();
alter table audit.t0_cert_run enable always trigger seal_run;
