"""Judging a variant: make it as a careless hand would, ask the gates, undo it.

Grain: one `Verdict` per variant, with the seconds it took. A leak is convicted when every gate of
`caught_by` refuses, no gate outside `also` does, and one of the entry's names stands in a finding.
The replay of a certification is a sample: what it misses has to be found by the full replay, on
demand, and the verdict says so.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.leakzoo import world
from tests.leakzoo.catalogue import Edit, Entry, Variant, changed
from tests.leakzoo.world import Conn, Finding

__all__ = ["Verdict", "judge", "made", "objection"]

#: Gates that look at stored rows: a variant is refreshed before they are asked.
ON_ROWS = frozenset(("key", "universe", "time", "invariants", "drift", "coverage", "replay"))
#: Gates that compare with what was accepted.
ACCEPTED = frozenset(("definition", "drift", "coverage"))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gates said. `status` is the certificate's, or '' when only some gates were asked.

    `on_demand`: the certificate's sampled replay saw nothing, the full one did.
    """

    status: str
    findings: tuple[Finding, ...]
    seconds: float
    on_demand: bool

    @property
    def gates(self) -> frozenset[str]:
        """Gates that refused."""
        return frozenset(one.gate for one in self.findings)


def judge(
    conn: Conn, entry: Entry, variant: Variant, *, certify: bool, lot: str = "zoo"
) -> Verdict:
    """Make a variant, ask all gates by certifying or only those that must convict, undo it.

    A leak that the sampled replay should have seen and did not is replayed in full.
    """
    started = time.monotonic()
    asked = None if certify else entry.caught_by
    with made(conn, entry, variant, asked):
        if certify:
            status, findings = world.certify(conn, entry.entrypoint)
        else:
            status, findings = "", world.run_gates(conn, entry.entrypoint, entry.caught_by, lot)
        missed = "replay" in entry.caught_by and all(one.gate != "replay" for one in findings)
        full = []
        if variant is entry.leak and missed:
            full = world.replay_in_full(conn, entry.entrypoint, lot)
    seconds = time.monotonic() - started
    return Verdict(status, (*findings, *full), seconds, bool(full))


@contextmanager
def made(
    conn: Conn, entry: Entry, variant: Variant, asked: tuple[str, ...] | None = None
) -> Iterator[None]:
    """The enclosure with a variant in it, refreshed and accepted as far as the gates need it."""
    with world.undone(conn):
        for parent in variant.parents:
            _certified(conn, parent)
        world.as_owner(conn, variant.objects)
        _bind(conn, entry.market, variant.edits)
        if _refreshed(variant) and (asked is None or ON_ROWS & set(asked)):
            world.refresh(conn, world.store_of(entry.market, entry.entrypoint))
        if asked is None or ACCEPTED & set(asked):
            world.accept(conn, entry.entrypoint)
        _bind(conn, entry.market, variant.edits_after)
        world.as_owner(conn, variant.after)
        yield


def objection(entry: Entry, leak: Verdict, *, certify: bool) -> str | None:
    """Why a leak counts as not caught; None when it is convicted as the catalogue says."""
    said = world.told(list(leak.findings))
    missing = [gate for gate in entry.caught_by if gate not in leak.gates]
    if missing:
        return f"{', '.join(missing)} did not refuse; said:\n{said}"
    if not any(
        name in one.object or name in one.subject
        for name in entry.names
        for one in leak.findings
        if one.gate in entry.caught_by
    ):
        return f"none of {', '.join(entry.names)} was named:\n{said}"
    surplus = leak.gates - set(entry.caught_by) - entry.also
    if certify and surplus:
        return f"{', '.join(sorted(surplus))} refused unexpectedly:\n{said}"
    missed = leak.on_demand and leak.gates == {"replay"}
    if certify and leak.status != ("CERTIFIED" if missed else "FAILED"):
        return f"the certificate says {leak.status}"
    return None


def _certified(conn: Conn, parent: str) -> None:
    world.accept(conn, parent)
    status, findings = world.certify(conn, parent)
    if status != "CERTIFIED":
        raise RuntimeError(f"{parent} is {status}:\n{world.told(findings)}")


def _bind(conn: Conn, market: str, edits: tuple[Edit, ...]) -> None:
    for layer, text in changed(market, edits).items():
        world.bind_text(conn, layer, text)


def _refreshed(variant: Variant) -> bool:
    """Entrypoints are views: only a changed layer has to be filled anew."""
    return any("." not in edit.layer for edit in variant.edits)
