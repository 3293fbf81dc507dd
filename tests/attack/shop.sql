-- purpose: a small market of somebody else, to be sealed and then attacked: nothing of ours in it
-- grain: shop.price and shop.visit_*: one row per item; shop.item_features: one row per (item, t0)
-- reads: nothing
-- writes: schema shop
-- time: t0 is constant data
create schema shop;
create table shop.price (
  item integer not null,
  t0 timestamptz not null,
  price integer not null,
  note text not null,
  primary key (item, t0)
);
create table shop.visit (item integer not null, shelf text not null, visits integer not null)
partition by list (shelf);
create table shop.visit_a partition of shop.visit for values in ('a');
create table shop.visit_b partition of shop.visit for values in ('b');
create table shop.origin (item integer primary key, note text not null);
create materialized view shop.item_origin as
select o.item, o.note as origin_note from shop.origin as o;
create unique index item_origin_key on shop.item_origin (item);
create function shop.doubled(p_price integer) returns integer
language sql immutable parallel safe
return p_price * 2;
create view shop.item_features as
select p.item, p.t0, p.price, p.note, v.shelf, v.visits, o.origin_note, shop.doubled(p.price) as price_twice
from shop.price as p
join shop.visit as v on v.item = p.item
join shop.item_origin as o on o.item = p.item;
insert into shop.price (item, t0, price, note)
select i, timestamptz '2020-01-01 12:00:00+00' + i * interval '6 hours', 100 + i, 'CLEAN'
from generate_series(1, 40) as i;
insert into shop.visit (item, shelf, visits)
select i, case when i % 2 = 0 then 'a' else 'b' end, i from generate_series(1, 40) as i;
insert into shop.origin (item, note) select i, 'CLEAN' from generate_series(1, 40) as i;
refresh materialized view shop.item_origin;
create view shop.item_features_train with (security_barrier) as
select f.item, f.t0, f.price, f.note, f.shelf, f.visits, f.origin_note, f.price_twice
from shop.item_features as f
where (select audit.cert_guard('shop.item_features', interval '24 hours'))
  and ((f.item is null) is not null or f.item::text = audit.plan_guard('shop.item_features', interval '24 hours'));
create function shop.is_absurd(p_price integer) returns boolean
language sql immutable parallel safe
return p_price < 0;
create view shop.absurd as select p.item from shop.price as p where shop.is_absurd(p.price);
create table shop.basket (basket integer primary key, item integer);
insert into shop.basket (basket, item) values (1, 1), (2, 2), (3, 3);
create table shop.absent (item integer primary key);
insert into shop.absent (item) values (1001), (1002);
create table shop.unrelated (id integer primary key, remark text);
grant usage on schema shop to timeseal_owner, ml_training;
grant select on shop.price, shop.visit, shop.visit_a, shop.visit_b, shop.item_origin, shop.item_features
to timeseal_owner;
grant create on schema shop to timeseal_owner;
alter table shop.price owner to timeseal_owner;
alter table shop.visit owner to timeseal_owner;
alter table shop.visit_a owner to timeseal_owner;
alter table shop.visit_b owner to timeseal_owner;
alter view shop.item_features owner to timeseal_owner;
alter view shop.item_features_train owner to timeseal_owner;
alter materialized view shop.item_origin owner to timeseal_owner;
alter table shop.origin owner to timeseal_owner;
alter function shop.doubled(integer) owner to timeseal_owner;
alter function shop.is_absurd(integer) owner to timeseal_owner;
alter view shop.absurd owner to timeseal_owner;
grant select on shop.item_features_train, shop.basket, shop.absent to ml_training;
