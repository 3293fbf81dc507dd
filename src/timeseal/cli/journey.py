"""What the demo visits, in order. Each step resumes: what is done is found done and shown again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from timeseal.cli import shown
from timeseal.cli.inputs import CARS, GEOGRAPHY, find
from timeseal.cli.output import progress
from timeseal.cli.provoked import Evidence, provoke_all
from timeseal.cli.session import open_session
from timeseal.cli.tour import Step
from timeseal.db.connect import connect
from timeseal.db.embedded import Embedded
from timeseal.db.server import Role, Server
from timeseal.errors import ClaimFailed
from timeseal.market.report import context, record_file, registry
from timeseal.market.showcase.stage import Stage, require_open
from timeseal.seal import certificate

ENTRYPOINT = "ml.survival_feature_store_t0_v1_v"
GUARDED = "ml.survival_feature_store_train_v"
STORE = "survival"
HORIZON_H = 168
DECLARED = "select e.entrypoint from audit.entrypoint as e where e.retired_at is null order by 1"
PUBLISHED = "select r.layer from audit.refresh_published(%s) as r"
POPULATED = (
    "select bool_and(k.relispopulated) from audit.materialisation as m"
    " join pg_catalog.pg_class as k on k.oid = m.published where m.store = %s"
)
LIFETIME = "update audit.entrypoint set max_age = interval '24 hours' where entrypoint = %s"
REASON = "select set_config('timeseal.reason', %s, false)"


@dataclass
class Journey:
    """The demo's state: where it works, and what it has found out so far.

    `news` is true once anything was loaded, bound or certified that an older record cannot know.
    """

    database: str
    data: Path | None
    out: Path
    news: bool = False
    server: Server | None = None
    found: dict[str, Any] = field(default_factory=dict)

    def steps(self) -> list[Step]:
        """All steps in order."""
        return [
            Step("Start PostgreSQL, create the database, install", self.install),
            Step("Load real ads as append-only facts", self.load),
            Step("Pin geography on record, refuse what came too late", self.geography),
            Step("Publish: as-of features, first baseline, certificate", self.publish),
            Step("The store, stored and recomputed", self.show_store),
            Step("Usual practice beside ours, and three refusals", self.provoke),
            Step("The report", self.report),
        ]

    def forget(self) -> None:
        """Drop the database, if there is one."""
        from timeseal.db import databases

        _, self.server = open_session()
        if self.database in databases.list_databases(self.server):
            databases.drop_database(self.server, self.database)

    @contextmanager
    def connected(self, role: Role = "admin") -> Iterator[psycopg.Connection[Any]]:
        """A connection of its own for one step."""
        if self.server is None:
            _, self.server = open_session()
        with connect(self.server, self.database, role) as conn:
            yield conn

    def install(self) -> str:
        """Bring server, database, engine and market to what this version ships."""
        from timeseal.db import databases, install

        _, self.server = open_session()
        created = databases.create_database(self.server, self.database)
        with self.connected() as conn:
            stages = install.plan(conn, ["seal", "contract", "market", "cars"])
            with progress("installing"):
                ran = install.apply(conn, stages)
            version = conn.info.parameter_status("server_version")
        self.news |= bool(ran)
        kind = "embedded" if isinstance(self.server, Embedded) else "external"
        word = "created" if created else "found"
        return (
            f"PostgreSQL {version}, {kind}; database {self.database} {word}; "
            f"{len(ran)} of {len(stages)} files installed"
        )

    def load(self) -> str:
        """Load the ads unless this very file is in."""
        from timeseal.market.facts import load_cars

        path = find(CARS, self.data)
        with self.connected("worker") as conn, progress(f"loading {path.name}"):
            report = load_cars(conn, path)
        self.news |= not report.already_loaded
        with self.connected() as conn:
            self.found["loaded"] = registry.read_loaded(conn)
        shown.loaded(self.found["loaded"])
        return "nothing new in the file" if report.already_loaded else "loaded as one recorded run"

    def geography(self) -> str:
        """Load the dated releases and show which the ads may read."""
        from timeseal.market.geo import load_geo

        folder = find(GEOGRAPHY, self.data)
        with self.connected("worker") as conn, progress(f"loading {folder.name}"):
            fresh = load_geo(conn, folder)
        self.news |= bool(fresh)
        with self.connected() as conn:
            self.found["loaded"] = registry.read_loaded(conn)
        shown.releases(self.found["loaded"])
        return f"{len(fresh)} releases new"

    def publish(self) -> str:
        """Bind the store, refresh, certify; a door that somebody closed is repaired."""
        self._bind()
        names = self._closed()
        if self.news or names:
            self.news = True
            self._publish(names)
        with self.connected() as conn:
            self.found["seal"] = registry.read_seal(conn, ENTRYPOINT)
        shown.seal(self.found["seal"])
        with self.connected():
            rows = require_open(self._stage())
        return f"the training role reads {rows:,} rows through the guard"

    def show_store(self) -> str:
        """Fingerprint every layer twice."""
        with self.connected() as conn:
            populated = conn.execute(POPULATED, (STORE,)).fetchone()
            if self.news or not populated or not populated[0]:
                with progress("recomputing the published views"):
                    conn.execute(PUBLISHED, (STORE,))
            with progress("fingerprinting both"):
                self.found["layers"] = registry.read_layers(conn, STORE)
        layers: tuple[context.Layer, ...] = self.found["layers"]
        shown.layers(layers)
        different = [one.name for one in layers if not one.agrees]
        if different:
            raise ClaimFailed(
                "stored layers differ from their independent recomputation",
                expected="one fingerprint per layer",
                found=", ".join(different),
                hint=f"timeseal store publish {STORE} --full",
            )
        return f"{len(layers)} of {len(layers)} layers agree with their recomputation"

    def provoke(self) -> str:
        """Everything that is changed on purpose, unless an older record still fits."""
        known = record_file.read(self._record_path)
        if known is not None and self._fits(known):
            evidence = Evidence(
                known.protocols, known.habit, known.refusals, known.strip, known.curves
            )
            word = "shown again from the record of the first run"
        else:
            evidence = provoke_all(self._stage(), self.found["loaded"].known_until)
            word = "all mended; every door is open"
        self.found["evidence"] = evidence
        shown.judged(evidence.protocols)
        shown.habit(evidence.habit)
        for refusal in evidence.refusals:
            shown.refusal(refusal)
        return word

    def report(self) -> str:
        """Write the page and its record."""
        from timeseal.market.report import render

        record = self._record()
        record_file.write(record, self._record_path)
        path = render.write(record, self.out / "report.html")
        return f"{path} ({path.stat().st_size // 1024} KB, no network, no script)"

    def next_steps(self) -> tuple[str, ...]:
        """What to type after the demo."""
        from timeseal.market.report.render import NEXT_STEPS

        return NEXT_STEPS

    # -- inside the steps ----------------------------------------------------------------------

    @property
    def _record_path(self) -> Path:
        return self.out / "record.json"

    def _stage(self) -> Stage:
        if self.server is None:
            _, self.server = open_session()
        return Stage(self.server, self.database, ENTRYPOINT, GUARDED, STORE)

    def _bind(self) -> None:
        from timeseal.market.stores import declared
        from timeseal.seal import binding

        with self.connected() as conn:
            for declaration in declared(conn):
                stages = binding.plan(conn, declaration)
                if stages:
                    with progress(f"binding {declaration.name}"):
                        binding.apply(conn, declaration, stages)
                    self.news = True

    def _closed(self) -> list[str]:
        with self.connected("certifier") as conn:
            names = [row[0] for row in conn.execute(DECLARED)]
            return [name for name in names if certificate.door_cause(conn, name) is not None]

    def _publish(self, closed: list[str]) -> None:
        """Publish what is closed; what an aborted demo left behind is put right first."""
        with self.connected() as conn:
            conn.execute(REASON, ("demo",))
            for name in closed:
                conn.execute(LIFETIME, (name,))
                with progress(f"publishing {name}"):
                    # One full comparison repairs the store for all its entrypoints.
                    issued = certificate.publish(conn, name, full=name == closed[0])
                if not issued.is_certified:
                    raise ClaimFailed(
                        f"{name} was not certified",
                        expected="every gate passed or waived",
                        found=issued.notes,
                        hint=f"timeseal explain {name}",
                    )

    def _fits(self, known: context.Record) -> bool:
        """Whether an older record speaks of these very data."""
        sealed: context.Seal = self.found["seal"]
        return not self.news and known.seal.fingerprint == sealed.fingerprint

    def _record(self) -> context.Record:
        evidence: Evidence = self.found["evidence"]
        return context.Record(
            loaded=self.found["loaded"],
            seal=self.found["seal"],
            layers=self.found["layers"],
            models=self.found["models"],
            ads=self.found["ads"],
            protocols=evidence.protocols,
            habit=evidence.habit,
            refusals=evidence.refusals,
            strip=evidence.strip,
            curves=evidence.curves,
            reliability=self.found["reliability"],
            reliability_h=HORIZON_H,
        )
