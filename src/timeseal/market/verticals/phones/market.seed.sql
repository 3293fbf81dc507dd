-- purpose: declare this database a market of phones, with the waiting times of vertical.toml
-- grain: one row
-- reads: nothing
-- writes: ref.market, audit.t0_block
-- time: the second clock runs 24 hours after the first; the grace ends the observation of ads that are still there
insert into ref.market (vertical, zone, currency, grace, landmark)
values ('phones', 'Europe/Oslo', 'NOK', interval '24 hours', interval '24 hours')
on conflict (singleton) do nothing;
update audit.t0_block as b
set promised = true;
