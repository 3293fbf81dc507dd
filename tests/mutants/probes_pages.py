"""Probes of what the pages and the status say of blocks."""

from __future__ import annotations

from typing import Any

from tests.attack import market
from tests.attack.market import ENTRYPOINT
from tests.mutants.harness import probe
from tests.mutants.probes_shop import opened

from timeseal.seal.roles import acting_as_owner

BLOCKS = (
    "insert into audit.t0_block (feature_block, ordinal, entrypoint, surface, columns, promised)"
    " values ('built', 1, %(here)s, %(here)s, '{price}', true),"
    " ('unbuilt', 2, %(here)s, %(here)s, '{price,depth}', true),"
    " ('half', 3, %(here)s, 'shop.nothing', '{}', true)"
)


@probe("shop")
def a_block_borrows_no_certificate(database: Any) -> None:
    """A block whose columns or surface are missing is not built, though its entrypoint is open."""
    admin = opened(database)
    with acting_as_owner(admin):
        admin.execute(BLOCKS, {"here": ENTRYPOINT})
    assert market.certify(admin) == "CERTIFIED"
    rows = admin.execute("select status, certified_at from audit.t0_block_coverage").fetchall()
    assert [row[0] for row in rows] == ["CERTIFIED", "not built", "not built"]
    assert [row[1] is None for row in rows] == [False, True, True]
