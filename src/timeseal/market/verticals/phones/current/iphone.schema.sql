-- purpose: the schema of the current-state projections, for operations and for people
-- grain: one schema
-- reads: nothing
-- writes: schema "iPhone"
-- time: none
create schema if not exists "iPhone";
