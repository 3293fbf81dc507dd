"""Probes of the static gates on the foreign market: one broken rule each."""

from __future__ import annotations

from typing import Any

from tests.attack import market
from tests.attack.market import ENTRYPOINT
from tests.mutants.harness import probe
from tests.mutants.probes_seal import refused
from tests.mutants.probes_shop import opened

VIEW = (
    "create or replace view shop.item_features as select {item} as item, p.t0, p.price, p.note,"
    " v.shelf, v.visits, o.origin_note, {twice} as price_twice from shop.price as p"
    " join shop.visit as v on v.item = p.item join shop.item_origin as o on o.item = p.item"
)


#: Two spans, and two numbers, may be equal and yet be written differently.
SPAN = "(q.t0 - '2024-01-01 00:00+00'::timestamptz)"
SHARE = "(q.price::numeric / 3)"


def _view(twice: str = "shop.doubled(p.price)", item: str = "p.item") -> str:
    return VIEW.format(twice=twice, item=item)


def _body(expression: str) -> str:
    return (
        "create or replace function shop.doubled(p_price integer) returns integer"
        f" language sql immutable return {expression}"
    )


BROKEN = {
    "two rows of a key": ("key", "insert into shop.visit_a values (2, 'a', 1)"),
    "a key that is null": ("key", _view(item="nullif(p.item, 7)")),
    "facts read at query time": (
        "read_closure",
        (
            "insert into audit.fact_relation (relid, kind, known_at_column)"
            " values ('shop.price'::regclass, 'fact', 't0')"
        ),
    ),
    "an unlogged table": ("read_closure", "alter table shop.price set unlogged"),
    "an ordinary version trigger": (
        "read_closure",
        "alter table shop.price enable trigger timeseal_stamp",
    ),
    "a version trigger without truncate": (
        "read_closure",
        (
            "create or replace trigger timeseal_stamp after insert or update or delete"
            " on shop.price"
            " for each statement execute function audit.bump_stamp();"
            " alter table shop.price enable always trigger timeseal_stamp"
        ),
    ),
    "no version row": (
        "read_closure",
        "delete from audit.stamp where relid = 'shop.price'::regclass",
    ),
    "forced row security": (
        "read_closure",
        "alter table shop.price enable row level security, force row level security",
    ),
    "the reader's rights": (
        "read_closure",
        "alter view shop.item_features set (security_invoker = true)",
    ),
    "a guarded view of another form": (
        "read_closure",
        market.guarded_view(
            form="from shop.item_features as f, unnest(array[1]) as one"
            f" where {market.asks('shop.item_features', 'f.item')}"
        ),
    ),
    "a stable function": (
        "volatility",
        _view("extract(hour from timestamptz '2020-01-01 00:00+00')::integer"),
    ),
    "a clock token": ("volatility", _view("extract(day from current_date)::integer")),
    "a token two functions deep": ("volatility", _body("(random() * p_price)::integer")),
    "a calendar interval": (
        "volatility",
        _view("extract(epoch from (p.t0 + interval '1 day') - p.t0)::integer"),
    ),
    "a body that nobody can read": (
        "volatility",
        (
            "create or replace function shop.doubled(p_price integer) returns integer"
            " language plpgsql immutable as $$ begin return p_price * 2; end $$"
        ),
    ),
    "a function that reads a relation": (
        "volatility",
        _body("p_price + (select count(*) from shop.basket)::integer"),
    ),
    "a system column": ("volatility", _view("(p.tableoid = 5::oid)::integer")),
    "a sum of floats": (
        "order",
        _view("(select sum(q.price::double precision) from shop.price as q)::integer"),
    ),
    "a list without an order": (
        "order",
        _view("(select array_agg(q.price) from shop.price as q)[1]"),
    ),
    "a pick with ties": (
        "order",
        _view("(select q.price from shop.price as q order by q.note limit 1)"),
    ),
    "a rank with ties": (
        "order",
        _view("(row_number() over (order by p.note))::integer"),
    ),
    "a float of the machine": ("order", _view("exp(p.price::double precision / 1000)::integer")),
    "a rank by words that an index tells apart": (
        "order",
        (
            'create collation shop.ci from "C";'
            " create table shop.said (word text collate shop.ci not null, item integer);"
            ' create unique index on shop.said (word collate "C");'
            " update pg_collation set collisdeterministic = false"
            " where oid = 'shop.ci'::regcollation;"
            " create view shop.ranked as"
            " select s.item, (row_number() over (order by s.word))::integer as n"
            " from shop.said as s; "
        )
        + _view("coalesce((select max(r.n) from shop.ranked as r), 0)"),
    ),
    "a greatest of equal spans": (
        "order",
        _view(f"((select max({SPAN}) from shop.price as q) > interval '1 day')::integer"),
    ),
    "a group of equal spans": (
        "order",
        _view(
            f"(select count(g.d) from (select {SPAN} as d from shop.price as q group by 1) as g)"
            "::integer"
        ),
    ),
    "distinct equal spans": (
        "order",
        _view(
            f"(select count(g.d) from (select distinct {SPAN} as d from shop.price as q) as g)"
            "::integer"
        ),
    ),
    "the first of equal spans": (
        "order",
        _view(
            f"((select {SPAN} from shop.price as q order by {SPAN} limit 1)"
            " > interval '1 day')::integer"
        ),
    ),
    "a greatest number as text": (
        "order",
        _view(f"length((select max({SHARE})::text from shop.price as q))"),
    ),
    "a greatest number further down": (
        "order",
        _view(
            f"(select length(g.n::text) from (select max({SHARE}) as n from shop.price as q) as g)"
        ),
    ),
    "a greatest number divided": (
        "order",
        _view(f"((select max({SHARE}) from shop.price as q) / 3)::integer"),
    ),
    "a broken rule of the store": (
        "invariants",
        (
            "create view shop.bad as select b.basket from shop.basket as b;"
            " grant select on shop.bad to timeseal_owner;"
            " insert into audit.store_invariant (entrypoint, name, relid, hint)"
            " values ('shop.item_features', 'bad', 'shop.bad'::regclass, 'mend it')"
        ),
    ),
    "an invariant whose view is gone": (
        "invariants",
        (
            "insert into audit.store_invariant (entrypoint, name, relid, hint)"
            " values ('shop.item_features', 'gone', 1, 'mend it')"
        ),
    ),
    "an empty view": ("universe", "truncate shop.price"),
    "a pair that nothing replays": (
        "replay",
        (
            "update audit.entrypoint set store = 'shop';"
            " insert into audit.firewall_pair (store, layer, relid, column_name, reason)"
            " values ('shop', 'shop.item_features'::regclass, 'shop.visit'::regclass, 'visits', '')"
        ),
    ),
}


@probe("shop", *BROKEN)
def gate_refuses(database: Any, name: str) -> None:
    gate, statement = BROKEN[name]
    admin = database.connect()
    call = f"audit.gate_{gate}(%s{', null' if gate == 'replay' else ''})"
    text = f"select f.object, f.found from {call} as f where f.level = 'blocking'"
    if admin.execute(text, (ENTRYPOINT,)).fetchall():
        raise RuntimeError("it objects before anything is broken")
    admin.execute(statement.encode())
    assert admin.execute(text, (ENTRYPOINT,)).fetchall() != []


@probe("shop")
def a_view_without_a_version_row(database: Any) -> None:
    """The stamps of a certification: nobody could shut the door of a view without a version."""
    admin = opened(database)
    admin.execute("delete from audit.stamp where relid = 'shop.item_features'::regclass")
    refused(admin, "stamps")


@probe("shop")
def no_first_baseline_of_what_a_gate_refuses(database: Any) -> None:
    """Publishing records the failure; a baseline taken now would differ from what is mended."""
    admin = database.connect()
    admin.execute("alter table audit.drift_event disable trigger append_only")
    admin.execute(
        "delete from audit.drift_event; delete from audit.t0_dataset_hash_baseline;"
        " delete from audit.t0_leaf_baseline; delete from audit.t0_viewdef_baseline"
    )
    admin.execute(BROKEN["an unlogged table"][1].encode())
    admin.execute("call audit.publish(%s)", (ENTRYPOINT,))
    accepted = admin.execute("select count(*) from audit.drift_event").fetchone()
    assert accepted == (0,)
