-- purpose: a small foreign market in which every kind of drift can be seeded
-- grain: kiosk.sale: one row per (item, t0); kiosk.origin: one row per item group
-- reads: nothing
-- writes: schema kiosk
-- time: t0 is constant data
create schema kiosk;
create table kiosk.sale (
  item integer not null,
  t0 timestamptz not null,
  price integer not null,
  weight double precision,
  note text not null,
  primary key (item, t0)
);
create table kiosk.origin (release_id text not null, grp integer primary key, region text not null);
create materialized view kiosk.origin_known as select o.grp, o.region from kiosk.origin as o;
create function kiosk.doubled(p_price integer) returns integer
language sql immutable parallel safe
return p_price * 2;
create function kiosk.rated(p_price integer) returns numeric
language sql stable parallel safe
return round(p_price * coalesce(nullif(current_setting('kiosk.rate', true), ''), '1')::numeric, 2);
create view kiosk.feature as
select s.item, s.t0, s.price, s.weight, s.note, o.region, kiosk.doubled(s.price) as price_twice,
  kiosk.rated(s.price) as price_rated
from kiosk.sale as s
left join kiosk.origin_known as o on o.grp = s.item % 5;
insert into kiosk.sale (item, t0, price, weight, note)
select i, timestamptz '2020-01-01 12:00:00+00' + i * interval '3 hours', 100 + i, i / 7.0, 'note ' || i
from generate_series(1, 160) as i;
insert into kiosk.origin (release_id, grp, region) select 'regions-2019', g, 'region ' || g from generate_series(0, 4) as g;
refresh materialized view kiosk.origin_known;
create view kiosk.feature_train with (security_barrier) as
select f.item, f.t0, f.price, f.weight, f.note, f.region, f.price_twice, f.price_rated
from kiosk.feature as f
where (select audit.cert_guard('kiosk.feature', interval '24 hours'))
  and ((f.item is null) is not null or f.item::text = audit.plan_guard('kiosk.feature', interval '24 hours'));
grant usage, create on schema kiosk to timeseal_owner;
grant usage on schema kiosk to ml_training, timeseal_certifier;
alter table kiosk.sale owner to timeseal_owner;
alter table kiosk.origin owner to timeseal_owner;
alter materialized view kiosk.origin_known owner to timeseal_owner;
alter function kiosk.doubled(integer) owner to timeseal_owner;
alter function kiosk.rated(integer) owner to timeseal_owner;
alter view kiosk.feature owner to timeseal_owner;
alter view kiosk.feature_train owner to timeseal_owner;
insert into audit.allowed_function (funcid, reason)
values ('kiosk.rated(integer)'::regprocedure, 'the rate is announced'),
  ('pg_catalog.current_setting(text, boolean)'::regprocedure, 'the rate is announced');
insert into audit.fact_relation (relid, kind, key_columns) values ('kiosk.origin'::regclass, 'reference', '{grp}');
insert into audit.column_role (relid, column_name, role)
values ('kiosk.origin'::regclass, 'grp', 'key'), ('kiosk.origin'::regclass, 'region', 'reference'),
  ('kiosk.origin'::regclass, 'release_id', 'reference');
