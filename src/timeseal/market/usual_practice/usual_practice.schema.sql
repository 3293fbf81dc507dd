-- purpose: hold the usual habit apart from everything that counts
-- grain: one schema
-- reads: nothing
-- writes: schema usual_practice
-- time: none
create schema if not exists usual_practice;
