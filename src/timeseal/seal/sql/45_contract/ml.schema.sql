-- purpose: the published schema: contracts, entrypoints, guarded views
-- grain: one schema
-- reads: nothing
-- writes: schema ml
-- time: none
create schema if not exists ml;
grant usage on schema ml to timeseal_worker, timeseal_certifier, ml_training;
