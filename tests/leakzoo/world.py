"""The zoo's enclosures: two small markets with every store bound, changed and undone.

In the market of cars both stores stand over the same facts: `survival`, the shipped one, and `zoo`,
the small one of this folder. The market of phones is a small simulated world with its shipped
store. Nothing is accepted beforehand, so each judgement is a first certification.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from tests.databases import Database
from tests.leakzoo.facts import fill, random_market

from timeseal.db import install
from timeseal.seal import binding
from timeseal.seal.roles import acting_as_owner
from timeseal.seal.store import Declaration, load_store

STORE = Path(__file__).with_name("store")
SURVIVAL = "ml.survival_feature_store_t0_v1_v"
TRAINER = "ml.trainer_derived_feature_store_t0_v1_v"
FEATURES = "ml.zoo_features_v"
PHOTOS = "ml.zoo_photos_v"
MARKET = "ml.socio_market_feature_store_t0_v1_v"
LANDMARK = "ml.socio_market_feature_store_landmark_v1_v"
#: The seed of the market in which every leak is judged.
SEED = 20160314

Conn = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a gate objects to; `gate` is the gate."""

    gate: str
    object: str
    subject: str
    found: str
    hint: str


def declarations(market: str = "cars") -> tuple[Declaration, ...]:
    """The stores of an enclosure, in the order in which they are bound."""
    from timeseal.market.stores import declaration

    if market == "phones":
        return (declaration("phones", "socio_market"),)
    return declaration("cars", "survival"), load_store([STORE])


def store_of(market: str, entrypoint: str) -> str:
    """The store that an entrypoint belongs to."""
    return next(
        store.name
        for store in declarations(market)
        if entrypoint in {one.name for one in store.entrypoints}
    )


def bind(database: Database) -> None:
    """Install the market of cars and bind both stores over no facts at all."""
    admin = database.connect()
    install.apply(admin, install.plan(admin, ["market", "cars"]))
    for declaration in declarations():
        binding.apply(admin, declaration, binding.plan(admin, declaration))
    database.close()


def populate(database: Database, seed: int = SEED, **sizes: int) -> None:
    """Load a random market and fill every layer; nothing is accepted or certified."""
    fill(database.connect("worker"), random_market(seed, **sizes))
    admin = database.connect()
    for declaration in declarations():
        refresh(admin, declaration.name)
    admin.execute("analyze")
    parse(admin, SURVIVAL, TRAINER, FEATURES, PHOTOS)
    database.close()


def parse(conn: Conn, *entrypoints: str) -> None:
    """Keep the parsed texts of entrypoints: what is undone later need not be parsed each time."""
    for entrypoint in entrypoints:
        conn.execute(
            "select count(*) from audit.closure_tree(%s::regclass, 'definition')", (entrypoint,)
        )


def refresh(conn: Conn, store: str) -> None:
    """Fill every stored layer of a store anew."""
    conn.execute("select count(*) from audit.refresh_store(%s, true)", (store,))


@contextmanager
def undone(conn: Conn) -> Iterator[None]:
    """Whatever happens inside is rolled back."""
    with conn.transaction(force_rollback=True):
        yield


def bind_text(conn: Conn, layer: str, text: str) -> None:
    """Replace the defining view of a layer (or of an entrypoint, when it has a schema)."""
    schemas = "store" if "." in layer else "store, raw, ref"
    name = sql.Identifier(*layer.split(".")) if "." in layer else sql.Identifier("build", layer)
    conn.execute(f"set local search_path = {schemas}".encode())
    conn.execute(sql.SQL("create or replace view {} as {}").format(name, sql.SQL(text)))
    conn.execute("set local search_path = public")


def as_owner(conn: Conn, statements: str) -> None:
    """Run what a person with the owner's rights runs: objects and declarations."""
    if statements:
        with acting_as_owner(conn):
            conn.execute(statements.encode())


def accept(conn: Conn, entrypoint: str) -> None:
    """Accept definition and rows as they are: the first baseline of a careless hand.

    Rows of one key cannot be accepted; certification has to refuse them all the same.
    """
    conn.execute("call audit.capture_viewdef_baseline(%s::regclass)", (entrypoint,))
    with suppress(psycopg.errors.UniqueViolation), conn.transaction():
        conn.execute("call audit.rebaseline_last_n_days(%s::regclass)", (entrypoint,))


def run_gates(conn: Conn, entrypoint: str, gates: tuple[str, ...], lot: str) -> list[Finding]:
    """Open findings of single gates, waivers applied; `lot` draws what a replay looks at."""
    rows = conn.execute(
        "select audit.run_gate(g.gate, %(entrypoint)s, case when %(days)s then"
        " audit.current_days(%(entrypoint)s) end, %(lot)s)"
        " from unnest(%(gates)s::text[]) as g (gate)",
        {
            "entrypoint": entrypoint,
            "gates": list(gates),
            "lot": lot,
            "days": bool({"drift", "coverage"} & set(gates)),
        },
    ).fetchall()
    return _findings([check for (check,) in rows])


def replay_in_full(conn: Conn, entrypoint: str, lot: str) -> list[Finding]:
    """Replay every entity, every late fact, then worlds at twelve cuts, until something differs."""
    cuts = conn.execute(
        sql.SQL(
            "select c.cut from (select distinct e.{t0} + n.n * interval '30 minutes'"
            " as cut from {view} as e cross join generate_series(0, 1) as n (n)) as c"
            " order by sha256((c.cut::text || %s)::bytea) limit 12"
        ).format(
            t0=sql.Identifier("decision_at" if entrypoint in (PHOTOS, LANDMARK) else "t0"),
            view=sql.Identifier(*entrypoint.split(".")),
        ),
        (lot,),
    ).fetchall()
    calls = [
        ("audit.replay_entity(%s, null, %s)", lot),
        ("audit.replay_late(%s, null, %s)", lot),
        *(("audit.replay_world(%s, %s)", cut) for (cut,) in cuts),
    ]
    for call, argument in calls:
        rows = conn.execute(
            f"select f.gate, f.object, f.subject, f.found, f.hint from {call} as f"
            " where f.level = 'blocking'".encode(),
            (entrypoint, argument),
        ).fetchall()
        if rows:
            return [Finding(*row) for row in rows]
    return []


def certify(conn: Conn, entrypoint: str) -> tuple[str, list[Finding]]:
    """Certify through every gate: the status on record and what the gates objected to."""
    with conn.transaction():
        conn.execute("set local client_min_messages = error")
        row = conn.execute("select audit.certify(%s)", (entrypoint,)).fetchone()
        assert row is not None
        (status, checks) = conn.execute(
            "select status, checks from audit.t0_cert_run where run_id = %s", row
        ).fetchone() or ("", [])
    return status, _findings(checks)


def _findings(checks: list[dict[str, Any]]) -> list[Finding]:
    return [
        Finding(check["gate"], one["object"], one["subject"], one["found"], one["hint"] or "")
        for check in checks
        for one in check["first"]
        if check["status"] == "failed" and one["level"] != "warning"
    ]


def told(findings: list[Finding]) -> str:
    """The findings on one line each, for a failed assertion."""
    return "\n".join(json.dumps([one.gate, one.object, one.subject, one.found]) for one in findings)
