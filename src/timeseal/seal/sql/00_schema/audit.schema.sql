-- purpose: the schema of the certification engine; nothing in it is executable by PUBLIC
-- grain: one schema
-- reads: nothing
-- writes: schema audit, default privileges of timeseal_owner
-- time: none
create schema if not exists audit;
grant usage on schema audit to timeseal_worker, timeseal_certifier, ml_training;
alter default privileges for role timeseal_owner revoke execute on functions from public;
alter default privileges for role timeseal_owner revoke usage on types from public;
