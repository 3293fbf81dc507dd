-- purpose: certificates, drift and definition events, waivers and their revocations can be added, never changed
-- grain: one trigger per table
-- reads: nothing
-- writes: triggers on audit.t0_cert_run, audit.drift_event, audit.definition_event, audit.waiver, audit.waiver_revocation
-- time: none
create or replace trigger append_only
before update or delete or truncate on audit.t0_cert_run
for each statement execute function audit.refuse_change();
alter table audit.t0_cert_run enable always trigger append_only;
create or replace trigger append_only
before update or delete or truncate on audit.drift_event
for each statement execute function audit.refuse_change();
alter table audit.drift_event enable always trigger append_only;
create or replace trigger append_only
before update or delete or truncate on audit.definition_event
for each statement execute function audit.refuse_change();
alter table audit.definition_event enable always trigger append_only;
create or replace trigger append_only
before update or delete or truncate on audit.waiver
for each statement execute function audit.refuse_change();
alter table audit.waiver enable always trigger append_only;
create or replace trigger append_only
before update or delete or truncate on audit.waiver_revocation
for each statement execute function audit.refuse_change();
alter table audit.waiver_revocation enable always trigger append_only;
