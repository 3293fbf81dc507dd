-- purpose: what this database's market is: one vertical, its zone, currency and waiting times
-- grain: one row
-- reads: nothing
-- writes: ref.market
-- time: grace is how long an ad must stay unseen before it counts as gone; landmark separates the two clocks
create table if not exists ref.market (
  singleton boolean primary key default true check (singleton),
  vertical text not null,
  zone text not null,
  currency text not null,
  grace interval not null,
  landmark interval not null
);
