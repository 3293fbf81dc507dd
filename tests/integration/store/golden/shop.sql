-- create schema build — missing
create schema "build";

-- create schema store — missing
create schema "store";

-- create schema published — missing
create schema "published";

-- create view build.thing_base — each thing as first seen
set local search_path = "store", "raw", "ref", "pg_temp";
create view "build"."thing_base" as
select
  s.grp,
  s.item,
  s.seen_at as t0,
  (s.seen_at at time zone 'UTC')::date as t0_day,
  s.amount,
  p.label
from (
  select distinct on (x.grp, x.item) x.grp, x.item, x.seen_at, x.amount
  from sighting as x
  order by x.grp, x.item, x.seen_at
) as s
left join place as p on p.grp = s.grp;
set local search_path = "pg_temp";
select audit.record_binding('shop', 'thing_base', 'build.thing_base', '46ee266d28885a7818992a710a60030c2a8fbc9c8f460c29dd4f31e7048774d2');

-- create table store.thing_base — stored rows of the layer
create table "store"."thing_base" (like "build"."thing_base");
alter table "store"."thing_base" add constraint "thing_base_pkey" primary key ("grp", "item", "t0");
create index "thing_base_t0_day_idx" on "store"."thing_base" ("t0_day");
create index "thing_base_unit_idx" on "store"."thing_base" ("item");
select audit.attach_stamp('store.thing_base'::regclass);

-- create materialized view ml.thing_base_mv — published twin of thing_base, computed independently by REFRESH
set local search_path = "published", "raw", "ref", "pg_temp";
create materialized view "ml"."thing_base_mv" as
select
  s.grp,
  s.item,
  s.seen_at as t0,
  (s.seen_at at time zone 'UTC')::date as t0_day,
  s.amount,
  p.label
from (
  select distinct on (x.grp, x.item) x.grp, x.item, x.seen_at, x.amount
  from sighting as x
  order by x.grp, x.item, x.seen_at
) as s
left join place as p on p.grp = s.grp
with no data;
create unique index "thing_base_uq" on "ml"."thing_base_mv" ("grp", "item");
create view "published"."thing_base" as
select "p"."grp", "p"."item", "p"."t0", "p"."t0_day", "p"."amount", "p"."label"
from "ml"."thing_base_mv" as p;
set local search_path = "pg_temp";

-- create view build.ending_history — how long things lasted
set local search_path = "store", "raw", "ref", "pg_temp";
create view "build"."ending_history" as
select
  b.grp,
  b.item,
  b.t0,
  b.t0_day,
  e.event_time as ended_at,
  e.known_at,
  extract(epoch from e.event_time - b.t0)::bigint as lasted_s
from thing_base as b
join ending as e on e.grp = b.grp and e.item = b.item;
set local search_path = "pg_temp";
select audit.record_binding('shop', 'ending_history', 'build.ending_history', '69cdc07671e9ac094426742b7f6f432223992b27a5d6cdc8455a7ace167079b1');

-- create table store.ending_history — stored rows of the layer
create table "store"."ending_history" (like "build"."ending_history");
alter table "store"."ending_history" add constraint "ending_history_pkey" primary key ("grp", "item", "t0");
create index "ending_history_t0_day_idx" on "store"."ending_history" ("t0_day");
create index "ending_history_unit_idx" on "store"."ending_history" ("item");
select audit.attach_stamp('store.ending_history'::regclass);

-- create materialized view ml.ending_history_mv — published twin of ending_history, computed independently by REFRESH
set local search_path = "published", "raw", "ref", "pg_temp";
create materialized view "ml"."ending_history_mv" as
select
  b.grp,
  b.item,
  b.t0,
  b.t0_day,
  e.event_time as ended_at,
  e.known_at,
  extract(epoch from e.event_time - b.t0)::bigint as lasted_s
from thing_base as b
join ending as e on e.grp = b.grp and e.item = b.item
with no data;
create view "published"."ending_history" as
select "p"."grp", "p"."item", "p"."t0", "p"."t0_day", "p"."ended_at", "p"."known_at", "p"."lasted_s"
from "ml"."ending_history_mv" as p;
set local search_path = "pg_temp";

-- create view build.thing_enriched — each thing beside what was known of others
set local search_path = "store", "raw", "ref", "pg_temp";
create view "build"."thing_enriched" as
select
  b.grp,
  b.item,
  b.t0,
  b.t0_day,
  b.amount,
  b.label,
  h.ended_n,
  h.lasted_median_s,
  o.offered_n,
  o.offered_median,
  h.last_known_at as _max_known_at
from thing_base as b
left join lateral (
  select count(*) as ended_n,
    percentile_disc(0.5) within group (order by x.lasted_s) as lasted_median_s,
    max(x.known_at) as last_known_at
  from ending_history as x
  where x.grp = b.grp and x.known_at < b.t0 and x.ended_at >= b.t0 - interval '168 hours'
    and x.item <> b.item
) as h on true
left join lateral (
  select count(*) as offered_n, percentile_disc(0.5) within group (order by x.amount) as offered_median
  from thing_base as x
  where x.grp = b.grp and x.t0 < b.t0 and x.t0 >= b.t0 - interval '24 hours' and x.item <> b.item
) as o on true;
set local search_path = "pg_temp";
select audit.record_binding('shop', 'thing_enriched', 'build.thing_enriched', '239860b5c7bcd87365f07becff98d9623d1e4fb3066f7f973614f740a05ea79d');

-- create table store.thing_enriched — stored rows of the layer
create table "store"."thing_enriched" (like "build"."thing_enriched");
alter table "store"."thing_enriched" add constraint "thing_enriched_pkey" primary key ("grp", "item", "t0");
create index "thing_enriched_t0_day_idx" on "store"."thing_enriched" ("t0_day");
create index "thing_enriched_unit_idx" on "store"."thing_enriched" ("item");
select audit.attach_stamp('store.thing_enriched'::regclass);

-- create materialized view ml.thing_enriched_mv — published twin of thing_enriched, computed independently by REFRESH
set local search_path = "published", "raw", "ref", "pg_temp";
create materialized view "ml"."thing_enriched_mv" as
select
  b.grp,
  b.item,
  b.t0,
  b.t0_day,
  b.amount,
  b.label,
  h.ended_n,
  h.lasted_median_s,
  o.offered_n,
  o.offered_median,
  h.last_known_at as _max_known_at
from thing_base as b
left join lateral (
  select count(*) as ended_n,
    percentile_disc(0.5) within group (order by x.lasted_s) as lasted_median_s,
    max(x.known_at) as last_known_at
  from ending_history as x
  where x.grp = b.grp and x.known_at < b.t0 and x.ended_at >= b.t0 - interval '168 hours'
    and x.item <> b.item
) as h on true
left join lateral (
  select count(*) as offered_n, percentile_disc(0.5) within group (order by x.amount) as offered_median
  from thing_base as x
  where x.grp = b.grp and x.t0 < b.t0 and x.t0 >= b.t0 - interval '24 hours' and x.item <> b.item
) as o on true
with no data;
create view "published"."thing_enriched" as
select "p"."grp", "p"."item", "p"."t0", "p"."t0_day", "p"."amount", "p"."label", "p"."ended_n", "p"."lasted_median_s", "p"."offered_n", "p"."offered_median", "p"."_max_known_at"
from "ml"."thing_enriched_mv" as p;
set local search_path = "pg_temp";

-- create view ml.thing_features_v — what is known of a thing at its t0
set local search_path = "store", "pg_temp";
create view "ml"."thing_features_v" as
select e.grp, e.item, e.t0, e.t0_day, e.amount, e.label, e.ended_n, e.lasted_median_s, e.offered_n, e.offered_median
from thing_enriched as e;
set local search_path = "pg_temp";
select audit.record_binding('shop', 'ml.thing_features_v', 'ml.thing_features_v', 'd26f426e64a4ec81b461f44643d466da16b09670de93efdaab66c136d5cbf25e');

-- create view ml.thing_train_v — what consumers read: the entrypoint, while its certificate is valid
create view "ml"."thing_train_v" with (security_barrier) as
select "e"."grp", "e"."item", "e"."t0", "e"."t0_day", "e"."amount", "e"."label", "e"."ended_n", "e"."lasted_median_s", "e"."offered_n", "e"."offered_median"
from "ml"."thing_features_v" as e
where (select audit.cert_guard('ml.thing_features_v', interval '24 hours'))
and (("e"."grp" is null) is not null or "e"."grp"::text = audit.plan_guard('ml.thing_features_v', interval '24 hours'));
grant usage on schema "ml" to ml_training;
grant select on "ml"."thing_train_v" to ml_training;

-- create view build.negative_amount — an amount is never negative
set local search_path = "store", "raw", "ref", "pg_temp";
create view "build"."negative_amount" as
select b.grp, b.item, b.t0, b.amount from thing_base as b where b.amount < 0;
set local search_path = "pg_temp";
select audit.record_binding('shop', 'invariant negative_amount', 'build.negative_amount', '209f720d9599c2275cc95bcd6a6bf19995bf87379be7547b05d1b95a0085c614');

-- register shop — declaration of the store
select audit.register_store('{"budgets": [{"max_days": 0, "max_rows": 0, "name": "default"}], "entrypoints": [{"contract": null, "day": "t0_day", "entrypoint": "ml.thing_features_v", "guarded_view": "ml.thing_train_v", "key": ["grp", "item", "t0"], "max_age": "24 hours", "replay": "world", "replay_budget": "10 seconds", "t0": "t0", "tolerant_days": 10, "universe": "store.thing_base"}], "facts": [{"defining": true, "event_time": "seen_at", "key": ["grp", "item", "seen_at"], "kind": "fact", "known_at": "seen_at", "known_at_kind": null, "relation": "raw.sighting", "run": "run_id", "t0": "seen_at"}, {"defining": false, "event_time": "event_time", "key": ["grp", "item", "event_time"], "kind": "fact", "known_at": "known_at", "known_at_kind": null, "relation": "raw.ending", "run": "run_id", "t0": null}, {"defining": false, "event_time": null, "key": ["grp"], "kind": "reference", "known_at": "published_at", "known_at_kind": null, "relation": "ref.place", "run": null, "t0": null}], "firewall": [{"column": "event_time", "layer": "build.ending_history", "reason": "durations of others, admitted by known_at", "relation": "raw.ending"}], "horizon_function": "raw.safe_horizon", "invariants": [{"entrypoint": "ml.thing_features_v", "hint": "quarantine the sighting", "level": "blocking", "name": "negative_amount", "relation": "build.negative_amount"}], "layers": [{"key": ["grp", "item", "t0"], "kind": "feature", "layer": "thing_base", "published": "ml.thing_base_mv", "reach": [{"after": null, "by": ["item"], "elsewhere": [], "input": "sighting", "lead": null, "look_back": null, "reads": null, "since": null}], "rows_of": null, "source": "build.thing_base", "stored": "store.thing_base", "t0": "t0", "unit": "item", "walks": null}, {"key": ["grp", "item", "t0"], "kind": "history", "layer": "ending_history", "published": "ml.ending_history_mv", "reach": [{"after": null, "by": ["item"], "elsewhere": [], "input": "ending", "lead": null, "look_back": null, "reads": null, "since": null}, {"after": null, "by": ["item"], "elsewhere": [], "input": "thing_base", "lead": null, "look_back": null, "reads": null, "since": null}], "rows_of": null, "source": "build.ending_history", "stored": "store.ending_history", "t0": "t0", "unit": "item", "walks": null}, {"key": ["grp", "item", "t0"], "kind": "feature", "layer": "thing_enriched", "published": "ml.thing_enriched_mv", "reach": [{"after": "known_at", "by": ["grp"], "elsewhere": [], "input": "ending_history", "lead": null, "look_back": "168 hours", "reads": null, "since": "ended_at"}, {"after": "t0", "by": ["grp"], "elsewhere": ["label", "t0_day"], "input": "thing_base", "lead": null, "look_back": "24 hours", "reads": ["amount"], "since": "t0"}], "rows_of": "thing_base", "source": "build.thing_enriched", "stored": "store.thing_enriched", "t0": "t0", "unit": "item", "walks": null}], "pins": [], "reach_function": "raw.fact_reach", "roles": [{"clock": null, "column": "amount", "relation": "raw.sighting", "role": "attribute"}, {"clock": null, "column": "grp", "relation": "raw.sighting", "role": "key"}, {"clock": null, "column": "item", "relation": "raw.sighting", "role": "key"}, {"clock": null, "column": "seen_at", "relation": "raw.sighting", "role": "known_at"}, {"clock": null, "column": "grp", "relation": "raw.ending", "role": "key"}, {"clock": null, "column": "item", "relation": "raw.ending", "role": "key"}, {"clock": null, "column": "known_at", "relation": "raw.ending", "role": "known_at"}, {"clock": null, "column": "event_time", "relation": "raw.ending", "role": "outcome"}, {"clock": null, "column": "grp", "relation": "ref.place", "role": "key"}, {"clock": null, "column": "published_at", "relation": "ref.place", "role": "known_at"}, {"clock": null, "column": "label", "relation": "ref.place", "role": "reference"}, {"clock": null, "column": "ended_at", "relation": "store.ending_history", "role": "event_time"}, {"clock": null, "column": "known_at", "relation": "store.ending_history", "role": "known_at"}, {"clock": null, "column": "lasted_s", "relation": "store.ending_history", "role": "outcome"}, {"clock": "t0", "column": "grp", "relation": "ml.thing_features_v", "role": "key"}, {"clock": "t0", "column": "item", "relation": "ml.thing_features_v", "role": "key"}, {"clock": "t0", "column": "t0", "relation": "ml.thing_features_v", "role": "t0"}, {"clock": "t0", "column": "t0_day", "relation": "ml.thing_features_v", "role": "attribute"}, {"clock": "t0", "column": "amount", "relation": "ml.thing_features_v", "role": "attribute"}, {"clock": "t0", "column": "label", "relation": "ml.thing_features_v", "role": "attribute"}, {"clock": "t0", "column": "ended_n", "relation": "ml.thing_features_v", "role": "attribute"}, {"clock": "t0", "column": "lasted_median_s", "relation": "ml.thing_features_v", "role": "attribute"}, {"clock": "t0", "column": "offered_n", "relation": "ml.thing_features_v", "role": "attribute"}, {"clock": "t0", "column": "offered_median", "relation": "ml.thing_features_v", "role": "attribute"}], "store": "shop"}'::jsonb);
select audit.record_binding('shop', 'declaration', '', '9dd7e619ce33bfd93b3be3b0dc54cb2167442c47961576a31664ee51988684cf');
