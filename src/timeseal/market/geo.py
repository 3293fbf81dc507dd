"""Reference geography of a market: its dated releases, and which mapping is pinned.

Owns loading, pinning and listing; what a country's files are is its vertical's business.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg

from timeseal.db.ownership import acting_as_owner
from timeseal.errors import ClaimFailed
from timeseal.market.reference import Release
from timeseal.market.stores import market_name

__all__ = ["Listed", "Pin", "folder_of", "listed", "load_geo", "pin"]

_PIN_VIEW = "ref.geo_mapping_pinned_super_metro_v4_v1"
_LISTED = (
    "select r.release_id, r.title, r.publisher, r.published_at, r.designed_on_until, r.row_count,"
    " r.licence, case when f.problem is not null or w.rows_sha256 <> k.rows_sha256"
    " then 'refused: ' || coalesce(f.problem, 'its rows are not those that were loaded')"
    " else a.verdict end,"
    " c.release_id is not null from ref.release as r"
    " left join lateral (select min(p.problem) as problem from ref.release_fault as p"
    " where p.release_id = r.release_id) as f on true"
    " left join ref.release_content as k on k.release_id = r.release_id"
    " left join ref.release_rows as w on w.release_id = r.release_id"
    " join ref.release_admission as a on a.release_id = r.release_id"
    " left join ref.geo_mapping_current as c on c.release_id = r.release_id order by 4, 1"
)
#: Entrypoints that read the pin, and whether their accepted definition names another one.
_READERS = (
    "select e.entrypoint, exists (select from audit.gate_definition(e.entrypoint) as f"
    " where f.object = %(view)s) from audit.entrypoint as e where e.retired_at is null and exists"
    " (select from audit.build_closure(e.relid) as c where c.fqn = %(view)s) order by 1"
)
_IN_FORCE = (
    "select from audit.waiver_in_force as w"
    " where w.entrypoint = %s and w.gate = %s and w.subject = %s"
    " and audit.waiver_outlived(w.waiver_id) is null"
)
#: What a certificate has to carry when it rests on a map younger than its ads.
_WAIVED = (
    "select 'invariants', i.name || ' ' || jsonb_build_object('release_id', c.release_id,"
    " 'rows_sha256', c.rows_sha256) from audit.store_invariant as i, ref.release_content as c"
    " where i.entrypoint = %(entrypoint)s and c.release_id = %(release)s"
    " and i.name in ('geo_release_older_than_ads', 'place_map_older_than_ads')"
    " union all select 'replay', f.name from"
    " (values ('ref.postal_code_to_super_metro'), ('ref.city_to_super_metro')) as f (name)"
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A loaded release: when it was published, and whether the ads may read it."""

    release_id: str
    title: str
    publisher: str
    published_at: datetime
    designed_on_until: date | None
    row_count: int
    licence: str
    verdict: str
    pinned: bool


@dataclass(frozen=True, slots=True)
class Pin:
    """What was pinned, and the waivers that this took because the map is younger than the ads.

    `to_accept` names the entrypoints whose accepted definition the pin has changed.
    """

    release_id: str
    waivers: tuple[int, ...]
    to_accept: tuple[str, ...]


def folder_of(vertical: str) -> Path:
    """Folder of the input that holds a vertical's geography."""
    return Path(_country(vertical).FOLDER)


def load_geo(conn: psycopg.Connection[tuple[object, ...]], folder: Path) -> tuple[str, ...]:
    """Load the releases of a folder that are not there yet; returns their ids. `conn` is idle."""
    releases: tuple[Release, ...] = _country(market_name(conn)).releases(folder)
    return tuple(one.release_id for one in releases if one.load(conn))


def listed(conn: psycopg.Connection[Any]) -> list[Listed]:
    """Every loaded release, oldest publication first."""
    return [Listed(*row) for row in conn.execute(_LISTED).fetchall()]


def pin(conn: psycopg.Connection[Any], release: str, reason: str | None = None) -> Pin:
    """Pin a mapping release, on record; `conn` is an administrator's, idle.

    The definition of every store that reads it changes with it: its door stays shut until it is
    published anew. Raises SQLSTATE TS003 for a release that is not loaded, empty or undated in its
    design, and `ClaimFailed` for one younger than the first ad without a reason to accept that.
    Before any ad, a reason is recorded in advance.
    """
    with acting_as_owner(conn):
        row = conn.execute(
            "select ref.pin_geo_mapping(%s, %s)", (release, reason or "published before the ads")
        ).fetchone()
        older = row[0] if row else None
        if older is False and not reason:
            raise ClaimFailed(
                f"release {release} was published after the first ad",
                expected="a map from before the ads, or a reason to use a younger one",
                found="no reason",
                hint=f'timeseal geo release pin {release} --reason "why this map may be younger"',
            )
        readers = conn.execute(_READERS, {"view": _PIN_VIEW}).fetchall()
        made = [
            number
            for entrypoint, _ in readers
            if reason and not older
            for number in _waive(conn, entrypoint, release, reason)
        ]
        return Pin(release, tuple(made), tuple(one for one, changed in readers if changed))


def _waive(
    conn: psycopg.Connection[Any], entrypoint: str, release: str, reason: str
) -> tuple[int, ...]:
    until = datetime.now(UTC) + timedelta(days=365) - timedelta(minutes=1)
    made = []
    named = {"release": release, "entrypoint": entrypoint}
    for gate, subject in conn.execute(_WAIVED, named).fetchall():
        if conn.execute(_IN_FORCE, (entrypoint, gate, subject)).fetchone() is None:
            row = conn.execute(
                "select audit.waive(%s, %s, %s, %s, %s)", (entrypoint, gate, subject, reason, until)
            ).fetchone()
            made.append(int(row[0]) if row else 0)
    return tuple(made)


def _country(vertical: str) -> Any:
    return import_module(f"timeseal.market.verticals.{vertical}.geography")
