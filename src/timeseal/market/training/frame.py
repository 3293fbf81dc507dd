"""The training frame: guarded rows and as-of labels, read in one snapshot under one certificate.

Read as the training role. A closed door is an error that names the command which opens it; there is
no other way to rows or labels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import sql

from timeseal.errors import ClaimFailed, ContractBroken
from timeseal.market.training.plan import Plan
from timeseal.models.arrays import Flags, Floats, Instants, Texts, hours_between
from timeseal.models.outcome import Outcome, from_durations
from timeseal.seal.reading import refusals

__all__ = [
    "Frame",
    "Labels",
    "Sealed",
    "guarded",
    "instant",
    "read_frame",
    "read_labels",
    "read_sealed",
]

SEALED = (
    "select c.certificate_id, c.entrypoint, c.contract_set, c.contract_sha256, c.features_hash,"
    " c.fingerprint from ml.training_certificate(%s) as c"
)
CONTRACT = (
    "select f.feature_name, f.dtype from ml.feature_contract as f"
    " join ml.feature_set as s on s.set_id = f.set_id where s.name = %s"
)
ASSERTED = "select ml.assert_feature_contract(%s)"
LABELS = (
    "select l.generation, l.listing_id, (extract(epoch from l.t0) * 1000000)::bigint, l.event,"
    " l.duration_hours::float8 from ml.tom_labels_asof(%s) as l order by 3, 2, 1"
)
ROWS = "select {}, {} from {} order by t0, listing_id, generation"
KEYS = "generation, listing_id, (extract(epoch from t0) * 1000000)::bigint"
EVERYTHING = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sealed:
    """The certificate a frame was read under; every model and score carries it."""

    certificate_id: str
    entrypoint: str
    contract_set: str
    contract_sha256: str
    features_hash: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Frame:
    """All guarded rows, ordered by t0: keys, t0 (UTC, microseconds) and the recipe's inputs."""

    sealed: Sealed
    generation: NDArray[np.int64]
    listing_id: NDArray[np.int64]
    t0: Instants
    columns: Mapping[str, Floats | Texts]

    @property
    def days(self) -> Instants:
        """UTC calendar day of each t0."""
        return self.t0.astype("datetime64[D]")


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels as known at an origin for the rows of a frame: `rows` have one, in frame order."""

    rows: Flags
    outcome: Outcome
    known_until: np.datetime64


@contextmanager
def guarded(conn: psycopg.Connection[Any]) -> Iterator[None]:
    """One repeatable-read snapshot; an SQLSTATE of ours becomes the error of the same code."""
    with refusals(), conn.transaction():
        conn.execute("set transaction isolation level repeatable read")
        yield


def read_sealed(conn: psycopg.Connection[Any], plan: Plan) -> Sealed:
    """The valid certificate of the plan's guarded view, its contract asserted against the rows."""
    row = conn.execute(SEALED, (plan.guarded_view,)).fetchone()
    if row is None or any(one is None for one in row):
        raise ClaimFailed(
            f"{plan.guarded_view} has no certificate with a contract",
            expected="certificate, contract and fingerprint",
            found=str(row),
            hint=f"timeseal certify {plan.guarded_view}",
        )
    conn.execute(ASSERTED, (row[2],))
    return Sealed(*row)


def read_frame(conn: psycopg.Connection[Any], plan: Plan) -> Frame:
    """Every guarded row with the recipe's inputs, each converted by its declared contract type."""
    sealed = read_sealed(conn, plan)
    declared = dict(conn.execute(CONTRACT, (sealed.contract_set,)).fetchall())
    names = plan.recipe.inputs
    strangers = sorted(set(names) - set(declared))
    if strangers:
        raise ContractBroken(
            "the model asks for columns outside the feature contract",
            expected=f"columns of {sealed.contract_set}",
            found=", ".join(strangers),
            hint="timeseal store show survival",
        )
    chosen = [_converted(name, declared[name], name in plan.recipe.text) for name in names]
    query = sql.SQL(ROWS).format(
        sql.SQL(KEYS), sql.SQL(", ").join(chosen), sql.Identifier(*plan.guarded_view.split("."))
    )
    rows = conn.execute(query).fetchall()
    if not rows:
        raise ClaimFailed(
            f"{plan.guarded_view} is empty",
            expected="rows",
            found="none",
            hint="timeseal store publish survival",
        )
    by_column = list(zip(*rows, strict=True))
    columns: dict[str, Floats | Texts] = {}
    for name, values in zip(names, by_column[3:], strict=True):
        if name in plan.recipe.text:
            columns[name] = np.array(values, dtype=np.str_)
        else:
            columns[name] = np.array(values, dtype=np.float64)
    return Frame(
        sealed,
        np.array(by_column[0], dtype=np.int64),
        np.array(by_column[1], dtype=np.int64),
        np.array(by_column[2], dtype=np.int64).astype("datetime64[us]"),
        columns,
    )


def read_labels(
    conn: psycopg.Connection[Any], plan: Plan, frame: Frame, origin: datetime | None
) -> Labels:
    """Labels as known at `origin` (None: at the end of watching), matched to the frame by key."""
    found = conn.execute(LABELS, (origin or EVERYTHING,)).fetchall()
    known = {(row[0], row[1], row[2]): (row[3], row[4]) for row in found}
    keys = zip(
        frame.generation.tolist(), frame.listing_id.tolist(), frame.t0.astype(int).tolist(),
        strict=True,
    )  # fmt: skip
    matched = [known.get(key) for key in keys]
    rows = np.array([one is not None for one in matched], dtype=np.bool_)
    event = np.array([one[0] for one in matched if one is not None], dtype=np.bool_)
    hours = np.array([one[1] for one in matched if one is not None], dtype=np.float64)
    return Labels(
        rows,
        from_durations(event, hours, plan.protocol.recheck_h),
        _known_until(frame.t0[rows], event, hours, plan.protocol.grace_h),
    )


def instant(when: np.datetime64) -> datetime:
    """A UTC instant of the models as an aware datetime."""
    found: datetime = when.astype("datetime64[us]").astype(datetime)
    return found.replace(tzinfo=UTC)


def _known_until(t0: Instants, event: Flags, hours: Floats, grace_h: int) -> np.datetime64:
    """Whoever is still there was cut off at one instant, a grace period before the end."""
    if event.all():
        raise ClaimFailed(
            "no ad is still there, so the end of watching cannot be told",
            expected="at least one censored ad",
            found="none",
            hint="timeseal load cars",
        )
    start = t0.min()
    cut = (hours_between(start, t0) + hours)[~event].max() + grace_h
    return np.datetime64(start + np.timedelta64(round(float(cut) * 3_600_000_000), "us"))


def _converted(name: str, dtype: str, is_text: bool) -> sql.Composed:
    column = sql.Identifier(name)
    if is_text:
        return sql.SQL("coalesce({}::text, '')").format(column)
    if dtype == "boolean":
        return sql.SQL("{}::integer::float8").format(column)
    return sql.SQL("{}::float8").format(column)
