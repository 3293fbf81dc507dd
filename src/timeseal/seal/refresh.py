"""What a refresh would look at and why; planned in the database, as the refresh itself is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from timeseal.seal.roles import acting_as_owner

__all__ = ["LayerPlan", "Plan", "plan"]

#: An unbounded horizon is no instant that a driver could give.
_REACH = (
    "select nullif(r.last_horizon, 'infinity'), nullif(r.horizon, 'infinity'), r.late_from,"
    " cardinality(r.ended_runs), cardinality(r.runs) - cardinality(r.ended_runs),"
    " audit.is_comparison_due(%(store)s) from audit.refresh_reach(%(store)s) as r"
)
_LAYERS = "select p.step, p.layer, p.kind, p.route, p.why from audit.refresh_plan(%s) as p"
#: How the plan calls the routes of the engine.
_RECOMPUTED = {"none": "nothing", "units": "what changes reach", "full": "every row"}


@dataclass(frozen=True, slots=True)
class LayerPlan:
    """One layer: what of it is recomputed, and one line per cause; step 0 reads no other layer."""

    step: int
    layer: str
    kind: str
    route: str
    why: tuple[str, ...]

    @property
    def recomputed(self) -> str:
        """The route in words."""
        return _RECOMPUTED[self.route]


@dataclass(frozen=True, slots=True)
class Plan:
    """A store: the horizons in between which rows come in, the runs that are news, its layers.

    `known_from` is the earliest knowledge of the new runs; before `last_horizon` it is late. Once a
    day a refresh `compares` every row besides.
    """

    store: str
    last_horizon: datetime | None
    horizon: datetime | None
    known_from: datetime | None
    new_runs: int
    open_runs: int
    compares: bool
    layers: tuple[LayerPlan, ...]

    @property
    def is_late(self) -> bool:
        """Whether new runs carry knowledge from before the last horizon."""
        if self.known_from is None or self.last_horizon is None:
            return False
        return self.known_from < self.last_horizon

    @property
    def headline(self) -> str:
        """What there is to refresh, in one sentence."""
        late = f", the earliest known at {self.known_from} (late)" if self.is_late else ""
        compared = "; then every row is compared, as once a day" if self.compares else ""
        return (
            f"{self.store}: {self.new_runs} new runs of facts{late}, {self.open_runs} still open;"
            f" rows from {self.last_horizon or 'the beginning'} up to {self.horizon or 'any time'}"
            f"{compared}"
        )


def plan(conn: psycopg.Connection[Any], store: str) -> Plan:
    """Plan the refresh of a bound store; changes nothing that a reader can see."""
    with acting_as_owner(conn):
        reach = conn.execute(_REACH, {"store": store}).fetchone()
        layers = conn.execute(_LAYERS, (store,)).fetchall()
    last, horizon, known_from, ended, still_open, compares = reach or (None,) * 6
    return Plan(
        store=store,
        last_horizon=last,
        horizon=horizon,
        known_from=known_from,
        new_runs=ended or 0,
        open_runs=still_open or 0,
        compares=bool(compares),
        layers=tuple(
            LayerPlan(step, name, kind, route, tuple(why))
            for step, name, kind, route, why in layers
        ),
    )
