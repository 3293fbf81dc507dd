"""A parent store's rows are known from their own t0 on: reading later ones is a leak."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.databases import Databases

from timeseal.seal import binding, certificate, foreign
from timeseal.seal.foreign import Seal
from timeseal.seal.roles import Connection
from timeseal.seal.store import load_store

RATED = Path(__file__).parent / "rated"
ENTRYPOINT = "ml.rated_features_v"
HONEST = "p.grp = s.grp and p.item = s.item and p.t0 = s.seen_at"
LEAKS = {
    "all later rows": "p.grp = s.grp and p.t0 > s.seen_at",
    "any row of the group": "p.grp = s.grp",
    "rows of the same instant": "p.grp = s.grp and p.t0 <= s.seen_at",
}


@pytest.fixture
def parents(databases: Databases, shop_template: str) -> Iterator[Connection]:
    """The shop, and a sealed view beside it that rates every thing at its t0."""
    database = databases.create(shop_template)
    yield rate(database.connect())
    databases.drop(database)


def rate(conn: Connection) -> Connection:
    """Fill the shop that is bound there, and seal a view that rates its things."""
    conn.execute("select * from audit.refresh_store('shop')")
    conn.execute(
        "create schema outside; create table outside.rated as"
        " select b.grp, b.item, b.t0, b.amount as rating from store.thing_base as b;"
        "create view outside.rated_v as"
        " select r.grp, r.item, r.t0, r.rating from outside.rated as r"
    )
    sealed = foreign.add(conn, Seal("outside.rated_v", ("grp", "item", "t0"), "t0"))
    assert sealed.is_certified, sealed.notes
    conn.execute("grant usage on schema outside to timeseal_owner")
    return conn


def replayed(conn: Connection, folder: Path, condition: str) -> set[str]:
    layer = (RATED / "rated_base.layer.sql").read_text()
    assert HONEST in layer
    (folder / "rated_base.layer.sql").write_text(layer.replace(HONEST, condition))
    declaration = load_store([RATED, folder])
    binding.apply(conn, declaration, binding.plan(conn, declaration))
    conn.execute("select * from audit.refresh_store('rated')")
    rows = conn.execute(
        "select f.object from audit.gate_replay(%s, 'a') as f where f.level = 'blocking'",
        (ENTRYPOINT,),
    ).fetchall()
    return {name for (name,) in rows}


@pytest.mark.parametrize("condition", [HONEST, "p.grp = s.grp and p.t0 < s.seen_at"])
def test_a_parent_s_own_or_earlier_row_is_no_leak(
    parents: Connection, tmp_path: Path, condition: str
) -> None:
    assert replayed(parents, tmp_path, condition) == set()
    certificate.certify(parents, ENTRYPOINT)
    read = parents.execute("select count(rating) > 0 from store.rated_base").fetchone()
    assert read == (True,)


@pytest.mark.parametrize("leak", LEAKS)
def test_a_parent_s_later_row_is_named(parents: Connection, tmp_path: Path, leak: str) -> None:
    assert f"{ENTRYPOINT}.rating" in replayed(parents, tmp_path, LEAKS[leak])
