-- purpose: the schema of facts: what was seen, when it happened, when we recorded it
-- grain: one schema
-- reads: nothing
-- writes: schema raw
-- time: none
create schema if not exists raw;
