-- purpose: the schema that records what is installed; the engine puts its registry beside it
-- grain: one schema
-- reads: nothing
-- writes: schema audit
-- time: none
create schema if not exists audit;
