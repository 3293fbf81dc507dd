"""Every state in which the door has to be shut: each takes a certified market and breaks one thing.

`apply` gets an administrator's connection and leaves a market whose certificate, if any, no longer
tells the truth. Changes of definitions and rows are listed in states.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.attack import market
from tests.attack.market import Conn


@dataclass(frozen=True, slots=True)
class State:
    """One way of being uncertified; `word` must occur in the cause that the door gives."""

    name: str
    word: str
    apply: Callable[[Conn], None]


def _sql(*statements: str) -> Callable[[Conn], None]:
    def apply(conn: Conn) -> None:
        for statement in statements:
            conn.execute(statement.encode())

    return apply


def _reissued(**changes: str) -> Callable[[Conn], None]:
    def apply(conn: Conn) -> None:
        market.reissue(conn, **changes)

    return apply


def _failed(conn: Conn) -> None:
    conn.execute("delete from audit.t0_dataset_hash_baseline")
    status = market.certify(conn)
    assert status.startswith("FAILED"), status


def _burnt_and_rolled_back(conn: Conn) -> None:
    with conn.transaction(force_rollback=True):
        _failed(conn)


def _revoked_and_rolled_back(conn: Conn) -> None:
    with conn.transaction(force_rollback=True):
        conn.execute("call audit.revoke_certificate(%s, 'we saw something')", (market.ENTRYPOINT,))


def _changed_and_rolled_back(conn: Conn) -> None:
    """Whether it was rolled back, no other snapshot can tell at once: closed until looked at."""
    with conn.transaction(force_rollback=True):
        conn.execute("alter function shop.doubled(integer) set timezone = 'Asia/Tokyo'")


def _declared_again(conn: Conn) -> None:
    """A burnt fuse must not be renewed by declaring the view again."""
    _burnt_and_rolled_back(conn)
    conn.execute("create temp table kept as select * from audit.entrypoint")
    conn.execute("delete from audit.entrypoint")
    conn.execute("update kept set fuse = null")
    conn.execute("insert into audit.entrypoint select * from kept")


_AGES: dict[str, tuple[str, dict[str, str]]] = {
    "expired": (
        "expired",
        {
            "certified_at": "clock_timestamp() - interval '30 hours'",
            "expires_at": "clock_timestamp() - interval '6 hours'",
        },
    ),
    "expired a moment ago": ("expired", {"expires_at": "clock_timestamp()"}),
    "older than asked": (
        "older than",
        {
            "certified_at": "clock_timestamp() - interval '25 hours'",
            "expires_at": "clock_timestamp() + interval '20 days'",
        },
    ),
    "dated in the future": (
        "future",
        {
            "certified_at": "clock_timestamp() + interval '1 hour'",
            "expires_at": "clock_timestamp() + interval '25 hours'",
        },
    ),
    "failed without a burnt fuse": ("did not pass", {"status": "'FAILED'"}),
    "of another database": ("another database", {"database_oid": "1::oid"}),
    "of another cluster": (
        "another database",
        {
            "system_identifier": "system_identifier - 1",
            "server_started_at": "server_started_at - interval '1 microsecond'",
        },
    ),
    "of an unknown cluster": (
        "another database",
        {"system_identifier": "null", "server_started_at": "null"},
    ),
    "over a relation that is not there": (
        "rewritten",
        {"stored_relids": "array_append(stored_relids, 1::oid)"},
    ),
    "of another relation": (
        "another database or relation",
        {"entrypoint_relid": "'shop.price'::regclass::oid"},
    ),
    "of another major version": ("another major version", {"server_version_num": "140010"}),
    "of an earlier fuse": ("fuse", {"fuse_value": "fuse_value - 1"}),
    "without versions": ("version", {"stamp_relids": "'{}'", "stamp_versions": "'{}'"}),
    "of an earlier version": (
        "changed after",
        {"stamp_versions": "array(select v - 1 from unnest(stamp_versions) as v)"},
    ),
}

CERTIFICATES: list[State] = [
    *(State(name, word, _reissued(**changes)) for name, (word, changes) in _AGES.items()),
    State("failed", "did not pass", _failed),
    State("fuse burnt in a rolled-back certification", "fuse", _burnt_and_rolled_back),
    State("revoked in a rolled-back transaction", "fuse", _revoked_and_rolled_back),
    State("definition changed and rolled back", "fuse", _changed_and_rolled_back),
    State("declared again after a burnt fuse", "fuse", _declared_again),
    State("retired", "retired", _sql("update audit.entrypoint set retired_at = clock_timestamp()")),
    State("declaration deleted", "never certified", _sql("delete from audit.entrypoint")),
    State(
        "version row lost",
        "version row missing",
        _sql("delete from audit.stamp where relid = 'shop.price'::regclass"),
    ),
]


def _listed(group: str) -> list[State]:
    document = tomllib.loads(Path(__file__).with_name("states.toml").read_text())
    return [State(one["name"], one["word"], _sql(*one["sql"])) for one in document[group]]


DEFINITIONS = _listed("definition")
DATA = _listed("data")
STATES = CERTIFICATES + DEFINITIONS + DATA
