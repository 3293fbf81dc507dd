-- purpose: what is really so in a simulated market; granted to nobody, so that only tests acting as the owner read it
-- grain: one schema
-- reads: nothing
-- writes: schema truth
-- time: none
create schema if not exists truth;
revoke all on schema truth from public;
