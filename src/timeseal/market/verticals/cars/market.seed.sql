-- purpose: declare this database a market of cars, with the waiting times of vertical.toml
-- grain: one row
-- reads: nothing
-- writes: ref.market, audit.t0_block
-- time: an ad unseen for 72 hours counts as gone; both clocks coincide
insert into ref.market (vertical, zone, currency, grace, landmark)
values ('cars', 'Europe/Berlin', 'EUR', interval '72 hours', interval '0 hours')
on conflict (singleton) do nothing;
update audit.t0_block as b
set promised = true
where b.feature_block in ('trainer_derived', 'geo_store', 'survival');
