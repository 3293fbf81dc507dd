"""The two practices of certification that run in PostgreSQL, behind one interface.

Both stand over the same store (bed.sql), each in a database of its own. `block` is the prescribed
sequence "accept the newest days, certify"; `judge` certifies without accepting anything.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Protocol

import psycopg

from timeseal.db.connect import connect
from timeseal.db.server import Role, Server
from timeseal.db.sqlfile import read_manifest
from timeseal.seal import binding, certificate, foreign
from timeseal.seal.roles import acting_as_owner
from timeseal.seal.store import load_store

__all__ = ["Practice", "Timeseal", "UsualPractice"]

HERE = Path(__file__).parent
#: A small bitemporal store of the test suite: things are seen, and later reported ended.
SHOP = HERE.parents[1] / "tests" / "integration" / "store" / "shop"
#: The honest text of its feature and the careless one: a median over the offers of all time.
FEATURE = "thing_enriched.layer.sql"
OF_THE_LAST_DAY = "x.t0 < b.t0 and x.t0 >= b.t0 - interval '24 hours' and"
BLOCK = "call audit.capture_viewdef_baseline({0}); call audit.rebaseline_last_n_days({0})"
Conn = psycopg.Connection[Any]


class Practice(Protocol):
    """What a probe may do; `admin` is a superuser, `reader` a consumer of `guarded`."""

    name: str
    guarded: str
    admin: Conn
    reader: Conn

    def block(self) -> str:
        """Accept the newest days, certify; the status with its reason."""
        ...

    def judge(self) -> str:
        """Certify against what was accepted before."""
        ...

    def age(self, span: str) -> None:
        """Make the newest certificate as old as `span`."""
        ...

    def forget(self) -> None:
        """Withdraw the certificate."""
        ...

    def drop_baseline(self) -> None:
        """Delete every accepted fingerprint."""
        ...

    def future_sum(self) -> str:
        """Certify a feature over all time; the status with its reason."""
        ...

    def read(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query as the consumer sees them; `{}` stands for the guarded view."""
        ...


class _OnServer:
    """A database with the engine installed and nothing else yet; bed.sql goes into it."""

    role: Role = "admin"
    guarded: str

    def __init__(self, server: Server, database: str) -> None:
        self.admin = connect(server, database)
        self.admin.execute((HERE / "bed.sql").read_bytes())
        self._set_up()
        self.reader = connect(server, database, self.role)

    def _set_up(self) -> None:
        raise NotImplementedError

    def read(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query as the consumer sees them; `{}` stands for the guarded view."""
        return self.reader.execute(query.format(self.guarded).encode()).fetchall()

    def close(self) -> None:
        """Leave the database."""
        self.admin.close()
        self.reader.close()


class Timeseal(_OnServer):
    """`seal add` on the view, then the published block."""

    name = "Timeseal"
    role: Role = "training"
    guarded = "board.features_train_v"

    def _set_up(self) -> None:
        seal = foreign.Seal("board.features", ("listing_id", "edited_date"), "edited_date")
        _must(foreign.add(self.admin, seal).status)

    def block(self) -> str:
        """Rebaseline, certify."""
        self.admin.execute(BLOCK.format("'board.features'::regclass").encode())
        return self.judge()

    def judge(self) -> str:
        """Certify; the gates that refused with their first finding."""
        self.admin.execute("select audit.certify('board.features', 10)")
        self.admin.execute("set datestyle = 'ISO'")  # the client reads no other
        done = certificate.current(self.admin, "board.features")
        assert done is not None
        return _told(done)

    def age(self, span: str) -> None:
        """Add a copy of the certificate with older times, as only a superuser can."""
        columns = self.admin.execute(
            "select string_agg(quote_ident(a.attname), ', ' order by a.attnum),"
            " string_agg(quote_ident(a.attname)"
            " || case when a.attname in ('certified_at', 'expires_at')"
            " then format(' - interval %%L', %s::text) else '' end, ', ' order by a.attnum)"
            " from pg_attribute as a where a.attrelid = 'audit.t0_cert_run'::regclass"
            " and a.attnum > 0 and not a.attisdropped and a.attname <> 'run_id'",
            (span,),
        ).fetchone()
        assert columns is not None
        self.admin.execute(
            f"insert into audit.t0_cert_run ({columns[0]}) select {columns[1]}"
            " from audit.t0_cert_run order by run_id desc limit 1".encode()
        )

    def forget(self) -> None:
        """Revoked, on record: certificates are never deleted."""
        self.admin.execute("call audit.revoke_certificate('board.features', 'asked by the board')")

    def drop_baseline(self) -> None:
        """As a superuser can."""
        self.admin.execute("delete from audit.t0_dataset_hash_baseline")
        self.admin.execute("delete from audit.t0_leaf_baseline")

    def future_sum(self) -> str:
        """A store with declared facts, whose feature is a median over the offers of all time."""
        return _careless_shop(self.admin)


class UsualPractice(_OnServer):
    """Token gate, sampled hash, rebaseline before comparing, volatile guard in a lateral."""

    name = "Usual practice"
    guarded = "board.features_usual"

    def _set_up(self) -> None:
        for file in read_manifest("timeseal.market.usual_practice", "usual_practice"):
            self.admin.execute(file.text.encode())
        for name in ("token_gate.function", "cert_guard.function", "features_train.view"):
            self.admin.execute((HERE / "usual" / f"{name}.sql").read_bytes())
        _must(self.block())

    def block(self) -> str:
        """Rebaseline the newest ten days, certify the same ten."""
        self.admin.execute(
            "call usual_practice.rebaseline_last_n_days('board.features'::regclass, 10, 2000)"
        )
        return self.judge()

    def judge(self) -> str:
        """Token gate, then the hash of the newest baselined days."""
        words = self.admin.execute(
            "select t from usual_practice.token_gate('board.features'::regclass) as t"
        ).fetchall()
        if words:
            return f"FAILED: {', '.join(word for (word,) in words)}"
        self.admin.execute("call usual_practice.run_t0_cert('board.features'::regclass, 10, 2000)")
        row = self.admin.execute(
            "select r.status, r.notes from usual_practice.cert_registry as r"
        ).fetchone()
        assert row is not None
        return f"{row[0]}: {row[1]}"

    def age(self, span: str) -> None:
        """The registry keeps one row, which is set back."""
        self.admin.execute(
            "update usual_practice.cert_registry set certified_at = certified_at - %s::interval",
            (span,),
        )

    def forget(self) -> None:
        """No verdict any more."""
        self.admin.execute("delete from usual_practice.cert_registry")

    def drop_baseline(self) -> None:
        """No accepted hash at all."""
        self.admin.execute("delete from usual_practice.hash_baseline")

    def future_sum(self) -> str:
        """The feature adds up every price of all time."""
        self.admin.execute(
            "drop view board.features_usual; drop view board.features;"
            "create view board.features as select p.listing_id, p.edited_date,"
            " sum(p.price) over () as price, p.weight, 0 as price_twice from board.price as p"
        )
        return self.block()


def _must(status: str) -> None:
    if not status.startswith("CERTIFIED"):
        raise RuntimeError(f"the honest store is {status}")


def _told(done: certificate.Certificate) -> str:
    said = [
        f"{one.gate}: {one.first[0].get('found')}" for one in done.checks if one.status == "failed"
    ]
    return f"{done.status}: {'; '.join(said)}" if said else done.status


def _careless_shop(admin: Conn) -> str:
    """Replay the small store: its honest text must pass, the careless one is what is asked."""
    with acting_as_owner(admin):
        admin.execute((SHOP / "facts.sql").read_bytes())
        admin.execute("select raw.fill(1, 0, 240)")
    honest = _replayed(admin, [SHOP])
    _must(honest)
    with tempfile.TemporaryDirectory(prefix="board-") as folder:
        text = (SHOP / FEATURE).read_text(encoding="utf-8")
        if OF_THE_LAST_DAY not in text:
            raise RuntimeError(f"{FEATURE} has no window to take away")
        changed = Path(folder) / FEATURE
        changed.write_text(text.replace(OF_THE_LAST_DAY, ""), encoding="utf-8")
        return _replayed(admin, [SHOP, Path(folder)])


def _replayed(admin: Conn, folders: list[Path]) -> str:
    """Bind, fill, and ask the gate that rebuilds the past; other gates are asked elsewhere."""
    declaration = load_store(folders)
    binding.apply(admin, declaration, binding.plan(admin, declaration))
    admin.execute("select * from audit.refresh_store('shop')")
    found = admin.execute(
        "select g.object, g.found from audit.gate_replay('ml.thing_features_v', 'board') as g"
    ).fetchone()
    return f"FAILED: replay: {found[0]}: {found[1]}" if found else "CERTIFIED by replay"
