"""What the demo visits, in order. Each step resumes: what is done is found done and shown again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from timeseal.cli import doors, provoked, shown
from timeseal.cli.inputs import CARS, GEOGRAPHY, find
from timeseal.cli.output import progress, say
from timeseal.cli.session import open_session
from timeseal.cli.tour import Step
from timeseal.db.connect import connect
from timeseal.db.embedded import Embedded
from timeseal.db.server import Role, Server
from timeseal.errors import ClaimFailed, InstallRefused
from timeseal.market.report import context, record_file, registry
from timeseal.market.showcase.stage import Stage, require_open

if TYPE_CHECKING:
    from timeseal.market.training.plan import Plan

ENTRYPOINT = "ml.survival_feature_store_t0_v1_v"
GUARDED = "ml.survival_feature_store_train_v"
STORE, VERTICAL = "survival", "cars"
SHOWN_AGAIN = "shown again from the record of an earlier run"
REOPENED = "the demo ran here before, with other code"
HORIZON_H = 168
PUBLISHED = "select r.layer from audit.refresh_published(%s) as r"
POPULATED = (
    "select bool_and(k.relispopulated) from audit.materialisation as m"
    " join pg_catalog.pg_class as k on k.oid = m.published where m.store = %s"
)


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
    strip: list[context.StripRow] = field(default_factory=list)

    def steps(self) -> list[Step]:
        """All steps in order."""
        return [
            Step("Start PostgreSQL, create the database, install", self.install),
            Step("Load real ads as append-only facts", self.load),
            Step("Pin geography on record, refuse what came too late", self.geography),
            Step("Publish: as-of features, first baseline, certificate", self.publish),
            Step("The store, stored and recomputed", self.show_store),
            Step("Train on certified rows, judge on four t0 cohorts", self.train),
            Step("Ten ads most likely to stay", self.rank),
            Step("Usual practice beside ours, on the same data", self.compare),
            Step("Three refusals, each mended", self.refuse),
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
            try:
                stages = install.plan(conn, doors.COMPONENTS)
            except InstallRefused as error:
                error.hint = f"timeseal demo --fresh   (drops database {self.database})"
                raise
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
        with self.connected() as conn:
            self.news |= doors.open_all(conn, self.news)
            self.found["seal"] = registry.read_seal(conn, ENTRYPOINT)
        shown.seal(self.found["seal"])
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

    def train(self) -> str:
        """Train, judge, register and promote, unless this very model exists."""
        from timeseal.market.training import register, run
        from timeseal.market.training import shown as read

        with self.connected("training") as conn:
            report = run.train(conn, self._plan(), say=_murmur, reopen=REOPENED)
            register.promote(conn, report.model_key)
            self.found["models"] = read.read_models(conn, self._plan())
            self.found["reliability"] = read.read_reliability(conn)
        self.news |= report.fresh
        shown.models(self.found["models"])
        return "trained and promoted" if report.fresh else "these data and this code are trained"

    def rank(self) -> str:
        """Score the live ads, unless they are scored."""
        from timeseal.market.training import score
        from timeseal.market.training import shown as read

        with self.connected("training") as conn:
            with progress("scoring live ads"):
                rows = score.score(conn, self._plan(), datetime.now(UTC))
            self.found["ads"] = read.read_ads(conn, self._plan())
        shown.ads(self.found["ads"])
        return f"{rows:,} live ads scored" if rows else "scored before"

    def compare(self) -> str:
        """The usual practice beside ours, unless an older record still fits."""
        known = self._known()
        if known is None:
            found = provoked.compare(self._stage(), VERTICAL, self.found["loaded"].known_until)
            protocols, habit, curves = found.protocols, found.habit, found.curves
            self.strip = [context.StripRow("certified", ()), found.strip]
        else:
            protocols, habit, curves = known.protocols, known.habit, known.curves
        self.found |= {"protocols": protocols, "habit": habit, "curves": curves}
        shown.judged(protocols)
        shown.habit(habit)
        return "the damage is undone" if known is None else SHOWN_AGAIN

    def refuse(self) -> str:
        """Three refusals, unless an older record still fits."""
        known = self._known()
        if known is None:
            refusals = []
            for met in provoked.refusals(self._stage()):
                shown.refusal(met.refusal)
                refusals.append(met.refusal)
                self.strip.append(context.StripRow(met.refusal.title.lower(), met.changed_days))
            rows = (*self.strip, context.StripRow("mended", ()))
            strip = context.Strip(provoked.days(self._stage()), rows)
            self.found |= {"refusals": tuple(refusals), "strip": strip}
        else:
            for refusal in known.refusals:
                shown.refusal(refusal)
            self.found |= {"refusals": known.refusals, "strip": known.strip}
        with self.connected() as conn:
            doors.open_all(conn, news=False)
            self.found["seal"] = registry.read_seal(conn, ENTRYPOINT)
        return "every door is open again" if known is None else SHOWN_AGAIN

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

    def _plan(self) -> Plan:
        from timeseal.market.training.plan import load

        return load(VERTICAL)

    def _stage(self) -> Stage:
        if self.server is None:
            _, self.server = open_session()
        return Stage(self.server, self.database, ENTRYPOINT, GUARDED, STORE)

    def _bind(self) -> None:
        from timeseal.market.stores import declared, describe_columns
        from timeseal.seal import binding

        with self.connected() as conn:
            for declaration in declared(conn):
                stages = binding.plan(conn, declaration)
                if stages:
                    with progress(f"binding {declaration.name}"):
                        binding.apply(conn, declaration, stages)
                        describe_columns(conn, declaration)
                    self.news = True

    def _known(self) -> context.Record | None:
        """The record of an earlier run, if it speaks of these very data."""
        if self.news:
            return None
        known = record_file.read(self._record_path)
        fits = known is not None and known.seal.fingerprint == self.found["seal"].fingerprint
        return known if fits else None

    def _record(self) -> context.Record:
        return context.Record(reliability_h=HORIZON_H, **self.found)


def _murmur(text: str) -> None:
    say(f"      {text} …")
