-- purpose: promoted contracts are immutable under every replication role
-- grain: four triggers
-- reads: nothing
-- writes: triggers on ml.feature_set and ml.feature_contract
-- time: none
create or replace trigger keep_promoted
before insert or update or delete on ml.feature_set
for each row execute function audit.keep_promoted_set();
alter table ml.feature_set enable always trigger keep_promoted;
create or replace trigger keep_promoted_truncate
before truncate on ml.feature_set
for each statement execute function audit.keep_promoted_rows();
alter table ml.feature_set enable always trigger keep_promoted_truncate;
create or replace trigger keep_promoted
before insert or update or delete on ml.feature_contract
for each row execute function audit.keep_promoted_rows();
alter table ml.feature_contract enable always trigger keep_promoted;
create or replace trigger keep_promoted_truncate
before truncate on ml.feature_contract
for each statement execute function audit.keep_promoted_rows();
alter table ml.feature_contract enable always trigger keep_promoted_truncate;
