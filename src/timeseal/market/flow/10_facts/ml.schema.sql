-- purpose: the published schema: materialized views, entrypoints, guarded views, labels
-- grain: one schema
-- reads: nothing
-- writes: schema ml
-- time: none
create schema if not exists ml;
