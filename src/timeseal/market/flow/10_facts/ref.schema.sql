-- purpose: the schema of dated reference releases
-- grain: one schema
-- reads: nothing
-- writes: schema ref
-- time: none
create schema if not exists ref;
