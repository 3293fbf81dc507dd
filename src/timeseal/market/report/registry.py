"""Reading what the database recorded into the report's contexts; changes and judges nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import psycopg

from timeseal.db.ownership import acting_as_owner
from timeseal.errors import ClaimFailed
from timeseal.market.report.context import Gate, Layer, Loaded, Seal, Waiver
from timeseal.seal import certificate

LAYERS = (
    "select m.layer, m.stored, m.published, coalesce(k.oid::regclass::text, ''), m.t0_column,"
    " k.relispopulated from audit.materialisation as m left join pg_catalog.pg_class as k"
    " on k.oid = m.published where m.store = %s order by m.ordinal"
)
ROOT = "select f.root, f.days, f.row_count from audit.fingerprint_root(%s, %s, null) as f"
ADS = (
    "select count(*), count(*) filter (where o.observed_at < raw.observed_until() - m.grace),"
    " min(o.observed_at), raw.observed_until()"
    " from raw.listing_observation as o cross join ref.market as m group by m.grace"
)
COUNTS = (
    "select (select count(*) from raw.listing_event as e where e.event = 'gone'),"
    " (select count(distinct (q.run_id, q.row_number)) from raw.quarantine as q),"
    " (select count(*) from raw.run as r where r.status = 'closed')"
)
RELEASES = "select a.title, a.verdict, a.reason from ref.release_admission as a order by a.title"
GUARDED = "select e.guarded_view from audit.entrypoint as e where e.entrypoint = %s"


def read_loaded(conn: psycopg.Connection[Any]) -> Loaded:
    """The facts in numbers, and what became of the reference releases."""
    ads = conn.execute(ADS).fetchone()
    if ads is None:
        raise ClaimFailed(
            "no ads are loaded", expected="facts", found="none", hint="timeseal load cars"
        )
    gone, quarantined, runs = conn.execute(COUNTS).fetchone() or (0, 0, 0)
    releases = conn.execute(RELEASES).fetchall()
    return Loaded(
        ads=ads[0],
        kept=ads[1],
        gone=gone,
        quarantined=quarantined,
        runs=runs,
        first_seen=ads[2],
        known_until=ads[3],
        geography=_releases(releases, lambda verdict: verdict != "refused"),
        income=_releases(releases, lambda verdict: verdict == "refused"),
    )


def _releases(rows: Sequence[tuple[str, str, str]], chosen: Callable[[str], bool]) -> str:
    return " ".join(
        f"{title}: {verdict} ({why})." for title, verdict, why in rows if chosen(verdict)
    )


def read_seal(conn: psycopg.Connection[Any], entrypoint: str) -> Seal:
    """The newest certificate of an entrypoint, with its gates and waivers."""
    one = certificate.current(conn, entrypoint)
    view = conn.execute(GUARDED, (entrypoint,)).fetchone()
    if one is None or view is None:
        raise ClaimFailed(
            f"{entrypoint} was never certified",
            expected="a recorded run",
            found="none",
            hint=f"timeseal certify {entrypoint}",
        )
    return Seal(
        entrypoint=entrypoint,
        guarded_view=view[0],
        certificate_id=one.certificate_id,
        status=one.status,
        fingerprint=one.fingerprint or "",
        rows=one.dataset_rows,
        days=one.dataset_days,
        objects=one.viewdef_objects,
        protection=one.protection,
        certified_at=one.certified_at,
        expires_at=one.expires_at,
        contract_sha256=one.contract_sha256 or "",
        gates=tuple(Gate(c.gate, c.status, c.findings, c.seconds) for c in one.checks),
        waivers=tuple(
            Waiver(w["gate"], w["subject"], w["reason"], w["author"], w["expires_at"])
            for w in one.waivers
        ),
    )


def read_layers(conn: psycopg.Connection[Any], store: str) -> tuple[Layer, ...]:
    """Every dated layer of a store, fingerprinted twice: the stored table and its published twin.

    A layer without a published twin agrees with nobody and is left out.
    """
    with acting_as_owner(conn):
        layers = conn.execute(LAYERS, (store,)).fetchall()
        found = []
        for name, stored, published, shown, t0, populated in layers:
            if t0 is None or published is None:
                continue
            root, days, rows = conn.execute(ROOT, (stored, t0)).fetchone() or (None, 0, 0)
            if not populated:
                raise ClaimFailed(
                    f"{shown} was never computed",
                    expected="the published twin of the stored layer",
                    found="an empty definition",
                    hint=f"timeseal store refresh {store} --published",
                )
            twin = conn.execute(ROOT, (published, t0)).fetchone() or (None,)
            found.append(Layer(name, shown, rows, days, root or "", root == twin[0]))
    return tuple(found)
