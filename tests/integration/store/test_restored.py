"""A dump restored elsewhere is void until it is certified there, and then has the same bytes."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.databases import Database, Databases
from tests.servers import server_under_test

from timeseal.db import install
from timeseal.seal import binding, certificate, foreign, restored
from timeseal.seal.foreign import Seal
from timeseal.seal.store import load_store

HERE = Path(__file__).parent
SHAPES = (HERE / "lab" / "shapes.sql").read_text()
VIEW = Seal("shapes.by_uuid_v", ("id", "tenant", "line"), "t0")


@pytest.fixture
def copied(
    databases: Databases, shop_template: str, tmp_path: Path
) -> Iterator[tuple[Database, Database]]:
    """A certified database with a sealed view and a store, and what pg_restore made of its dump."""
    bindir = server_under_test().bindir
    origin, copy = databases.create(shop_template), databases.create()
    admin = origin.connect()
    admin.execute(SHAPES.encode())
    assert foreign.add(admin, VIEW).is_certified
    certificate.publish(admin, "ml.thing_features_v")  # too small to pass every gate
    dump, dsn = str(tmp_path / "dump"), copy.server.dsn
    for command in (
        ["pg_dump", "-Fc", "-f", dump, dsn(origin.name)],
        ["pg_restore", "--exit-on-error", "-d", dsn(copy.name), dump],
    ):
        done = subprocess.run(
            [str(bindir / command[0]), *command[1:]], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    yield origin, copy
    databases.drop(copy)
    databases.drop(origin)


def refused(one: certificate.Certificate) -> list[str]:
    return [check.gate for check in one.checks if check.status == "failed"]


def test_a_restored_database_is_void_until_certified_there(
    copied: tuple[Database, Database],
) -> None:
    origin, copy = copied
    admin = copy.connect()
    training = copy.connect("training")
    for guarded in ("shapes.by_uuid_v_train_v", "ml.thing_train_v"):
        with pytest.raises(psycopg.Error) as caught:
            training.execute(f"select count(*) from {guarded}".encode())
        assert caught.value.sqlstate == "TS001"
    assert restored.is_restored(admin)
    assert restored.rebind(admin) == 2
    install.apply(admin, install.plan(admin, ["seal", "contract"], force=True))
    declaration = load_store([HERE / "shop"])
    stages = binding.plan(admin, declaration)
    assert [stage.subject for stage in stages] == [declaration.name]
    binding.apply(admin, declaration, stages)
    assert certificate.door_cause(admin, "shapes.by_uuid_v") is not None
    first = origin.connect()
    for entrypoint in ("shapes.by_uuid_v", "ml.thing_features_v"):
        again, before = (
            certificate.certify(admin, entrypoint),
            certificate.current(first, entrypoint),
        )
        assert before is not None
        assert (again.fingerprint, refused(again)) == (before.fingerprint, refused(before))
    assert certificate.door_cause(admin, "shapes.by_uuid_v") is None
    assert training.execute("select count(*) from shapes.by_uuid_v_train_v").fetchone() == (41,)
    admin.execute("update shapes.by_uuid set v = 0 where line = 1")
    assert certificate.door_cause(admin, "shapes.by_uuid_v") is not None
    assert not restored.is_restored(admin)


#: As if the dump had been taken in the first database of another cluster, which has the same oid.
ANOTHER_CLUSTER = """
alter table audit.t0_cert_run disable trigger append_only;
update audit.t0_cert_run set system_identifier = system_identifier - 1,
  server_started_at = server_started_at - interval '1 microsecond', database_oid =
  (select d.oid from pg_database as d where d.datname = current_database());
alter table audit.t0_cert_run enable always trigger append_only;
"""


def test_the_same_oids_in_another_cluster_are_void(
    databases: Databases, sealed_template: str
) -> None:
    database = databases.create(sealed_template)
    admin = database.connect()
    admin.execute(SHAPES.encode())
    assert foreign.add(admin, VIEW).is_certified
    assert not restored.is_restored(admin)
    admin.execute(ANOTHER_CLUSTER.encode())
    assert "restored or copied" in str(certificate.door_cause(admin, VIEW.view))
    assert restored.is_restored(admin)
    assert restored.rebind(admin) == 1
    install.apply(admin, install.plan(admin, ["seal", "contract"], force=True))
    assert certificate.certify(admin, VIEW.view).data_checked == "rows"
    assert certificate.door_cause(admin, VIEW.view) is None
    databases.drop(database)


def test_a_view_made_again_is_a_change_and_no_restore(
    databases: Databases, sealed_template: str
) -> None:
    database = databases.create(sealed_template)
    admin = database.connect()
    admin.execute(SHAPES.encode())
    assert foreign.add(admin, VIEW).is_certified
    admin.execute(
        "drop view shapes.by_uuid_v cascade; create view shapes.by_uuid_v as"
        " select id, tenant, line, t0, v + 1 as v from shapes.by_uuid"
    )
    assert not restored.is_restored(admin)
    assert restored.rebind(admin) == 0
    databases.drop(database)
