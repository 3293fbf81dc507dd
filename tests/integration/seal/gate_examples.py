"""One firing example per gate, on the shop of tests/attack/shop.sql: what the gates' pages show."""

from __future__ import annotations

from tests.mutants.probes_waivers import RULE

#: gate → what is done to a certified shop.item_features so that the gate fires.
EXAMPLES = {
    "definition": """
create or replace function shop.doubled(p_price integer) returns integer
language sql immutable return p_price * 3;
""",
    "volatility": """
create or replace function shop.doubled(p_price integer) returns integer
language sql immutable return (random() * p_price)::integer;
""",
    "order": """
create or replace view shop.item_features as
select p.item, p.t0, p.price, p.note, v.shelf, v.visits, o.origin_note,
  (row_number() over (order by p.note))::integer as price_twice
from shop.price as p
join shop.visit as v on v.item = p.item
join shop.item_origin as o on o.item = p.item;
""",
    "firewall": """
insert into audit.column_role (relid, column_name, role)
values ('shop.visit'::regclass, 'visits', 'outcome');
""",
    "clock": """
insert into audit.column_role (relid, column_name, role, clock)
values ('shop.visit'::regclass, 'visits', 'attribute', 'landmark');
""",
    "read_closure": """
alter table shop.price enable trigger timeseal_stamp; -- it was ENABLE ALWAYS
""",
    "contract": """
insert into ml.feature_set (name, relation_name) values ('items_v1', 'shop.item_features');
insert into ml.feature_contract (set_id, ordinal, feature_name, dtype, is_nullable)
select s.set_id, 1, 'price', 'bigint', false from ml.feature_set as s where s.name = 'items_v1';
select ml.stamp_feature_contract('items_v1');
update audit.entrypoint set contract_set = 'items_v1'; -- the view's price is an integer
""",
    "key": """
insert into shop.visit (item, shelf, visits) values (2, 'a', 1);
""",
    "universe": """
create table shop.universe as select p.item, p.t0 from shop.price as p;
alter table shop.universe owner to timeseal_owner;
insert into shop.universe (item, t0) values (41, '2020-01-12 00:00+00');
update audit.entrypoint set universe = 'shop.universe';
""",
    "time": """
alter table shop.price add column _max_known_at timestamptz;
update shop.price set _max_known_at = t0 where item = 7;
create view shop.price_layer as select 1 as item;
insert into audit.materialisation
  (stored, source, store, layer, ordinal, key_columns, t0_column, kind)
values ('shop.price'::regclass, 'shop.price_layer'::regclass, 'shop', 'price', 1, '{item}', 't0',
  'feature');
call audit.capture_viewdef_baseline('shop.item_features'); -- else no row is read
""",
    "invariants": RULE.format(above=139).replace("; ", ";\n") + ";\n",
    "coverage": """
delete from audit.t0_dataset_hash_baseline where t0_day = '2020-01-11';
""",
    "drift": """
update shop.price set price = price + 1 where item = 7;
""",
    "replay": """
update audit.entrypoint set store = 'shop';
insert into audit.firewall_pair (store, layer, relid, column_name, reason)
values ('shop', 'shop.item_features'::regclass, 'shop.visit'::regclass, 'visits', 'said to be old');
""",
    "race": """
-- in another session, while each of three attempts runs
update shop.price set price = price where item = 1;
""",
    "stamps": """
delete from audit.stamp where relid = 'shop.item_features'::regclass;
""",
}

#: Stands in for the other session of `race`: an invariant that writes while it is looked at.
MEDDLING = """
create function shop.meddle() returns integer language plpgsql as $$
begin update shop.price set price = price where item = 1; return 1; end $$;
create view shop.meddled as select shop.meddle() as n where shop.meddle() < 0;
alter function shop.meddle() owner to timeseal_owner;
alter view shop.meddled owner to timeseal_owner;
insert into audit.store_invariant (entrypoint, name, relid, hint)
values ('shop.item_features', 'meddled', 'shop.meddled'::regclass, 'none');
insert into audit.allowed_function values ('shop.meddle()'::regprocedure, 'inspected, badly');
call audit.capture_viewdef_baseline('shop.item_features');
"""

#: gate → what resembles its example and must leave it silent.
NEAR_MISSES = {
    "definition": """
comment on view shop.item_features is 'doubled'; analyze shop.price;
create index on shop.price (note); grant select on shop.unrelated to ml_training;
""",
    "volatility": """
create or replace function shop.doubled(p_price integer) returns integer
language sql immutable return p_price * 2 + length('now(), random()');
""",
    "order": """
create or replace view shop.item_features as
select p.item, p.t0, p.price, p.note, v.shelf, v.visits, o.origin_note,
  (rank() over (order by p.note))::integer as price_twice
from shop.price as p
join shop.visit as v on v.item = p.item
join shop.item_origin as o on o.item = p.item;
""",
    "firewall": """
insert into audit.column_role (relid, column_name, role)
values ('shop.visit'::regclass, 'visits', 'outcome'), ('shop.basket'::regclass, 'item', 'outcome');
insert into audit.firewall_pair (store, layer, relid, column_name, reason)
values ('shop.item_features', 'shop.item_features'::regclass, 'shop.visit'::regclass, 'visits',
  'of the past');
""",
    "clock": """
insert into audit.column_role (relid, column_name, role, clock)
values ('shop.visit'::regclass, 'visits', 'attribute', 't0'),
  ('shop.basket'::regclass, 'item', 'attribute', 'landmark');
""",
    "read_closure": """
create function shop.noted() returns trigger language plpgsql as 'begin return null; end';
create trigger noted after insert on shop.price for each row execute function shop.noted();
alter table shop.unrelated set unlogged;
""",
    "contract": """
insert into ml.feature_set (name, relation_name) values ('items_v1', 'shop.item_features');
insert into ml.feature_contract (set_id, ordinal, feature_name, dtype, is_nullable)
select s.set_id, 1, 'price', 'int4', false from ml.feature_set as s where s.name = 'items_v1';
select ml.stamp_feature_contract('items_v1');
update audit.entrypoint set contract_set = 'items_v1';
""",
    "key": """
insert into shop.price (item, t0, price, note) values (2, '2020-03-01 00:00+00', 102, 'CLEAN');
""",
    "universe": """
create table shop.universe as
select p.t0, p.item, 'x' as remark from shop.price as p order by p.item desc;
alter table shop.universe owner to timeseal_owner;
update audit.entrypoint set universe = 'shop.universe';
""",
    "time": EXAMPLES["time"].replace("= t0 where", "= t0 - interval '1 microsecond' where"),
    "invariants": RULE.format(above=140),
    "coverage": """
insert into shop.price (item, t0, price, note) values (1, '2020-03-01 00:00+00', 102, 'CLEAN');
""",
    "drift": """
update shop.price set price = price;
insert into shop.price (item, t0, price, note) values (1, '2020-03-01 00:00+00', 102, 'CLEAN');
""",
    "replay": EXAMPLES["replay"].replace("values ('shop',", "values ('another',"),
}
