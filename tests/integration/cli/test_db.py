"""`timeseal db …` against a real server."""

from __future__ import annotations

import json
import subprocess
import sys

import psycopg
import pytest
from tests.servers import server_under_test

from timeseal.cli.__main__ import run
from timeseal.db.connect import connect
from timeseal.db.databases import list_databases
from timeseal.db.embedded import Embedded
from timeseal.errors import PackageBroken

Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def use_the_test_server(server: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIMESEAL_HOME", str(server.home))
    monkeypatch.setenv("TIMESEAL_PG_BINDIR", str(server_under_test().bindir))


def test_status_is_data_on_stdout(capsys: Output) -> None:
    assert run(["db", "status", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["running"] is True
    assert said["kind"] == "embedded"
    assert said["major"] == server_under_test().major
    assert "password" not in str(said)


def test_status_of_an_external_server(
    server: Embedded, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setenv("TIMESEAL_DSN", server.dsn("postgres"))
    assert run(["db", "status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["kind"] == "external"
    assert run(["db", "stop"]) == 2  # not ours to stop


@pytest.mark.parametrize(
    ("role", "login"), [("training", "ml_training"), ("worker", "timeseal_worker")]
)
def test_a_dsn_opens_a_session_of_its_role(role: str, login: str, capsys: Output) -> None:
    assert run(["db", "dsn", "--role", role, "-d", "postgres"]) == 0
    with psycopg.connect(capsys.readouterr().out.strip()) as conn:
        assert conn.execute("select session_user").fetchone() == (login,)


def test_psql_talks_to_the_same_server() -> None:
    command = [sys.executable, "-m", "timeseal.cli", "db", "psql", "-d", "postgres"]
    done = subprocess.run(
        [*command, "--", "-Atc", "select 6 * 7"], capture_output=True, text=True, check=True
    )
    assert done.stdout == "42\n"


def test_a_database_is_created_explained_and_destroyed(server: Embedded, capsys: Output) -> None:
    assert run(["db", "create", "shop", "--explain", "--json"]) == 0
    planned = json.loads(capsys.readouterr().out)
    assert planned["protection"] == "full"
    assert {stage["action"] for stage in planned["stages"]} == {"run"}
    assert "shop" not in list_databases(server)

    assert run(["db", "create", "shop"]) == 0
    assert "protection: full" in capsys.readouterr().err
    with connect(server, "shop") as conn:
        row = conn.execute("select count(*) from audit.install_file").fetchone()
    assert row == (len(planned["stages"]),)

    assert run(["db", "create", "shop"]) == 0
    assert "shop: 0 files installed" in capsys.readouterr().err

    assert run(["db", "destroy", "shop", "--yes"]) == 0
    assert "shop" not in list_databases(server)
    assert run(["db", "destroy", "shop", "--yes"]) == 2


def test_a_vertical_comes_with_its_stores_bound(server: Embedded, capsys: Output) -> None:
    assert run(["db", "create", "market", "--vertical", "cars"]) == 0
    assert "store survival:" in capsys.readouterr().err
    with connect(server, "market") as conn:
        row = conn.execute("select to_regclass('ml.survival_feature_store_train_v')").fetchone()
    assert row != (None,)
    assert run(["db", "destroy", "market", "--yes"]) == 0


def test_a_failed_creation_leaves_no_database(
    server: Embedded, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setattr("timeseal.db.install.apply", _broken)
    assert run(["db", "create", "half"]) == 3
    assert "TS013: a file" in capsys.readouterr().err
    assert "half" not in list_databases(server)


def _broken(*_: object) -> None:
    raise PackageBroken("a file", hint="mend it")


def test_destroying_asks_first(server: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    with connect(server, "postgres") as conn:
        conn.execute("create database precious")
    monkeypatch.setattr("click.confirm", _refuse)
    assert run(["db", "destroy", "precious"]) == 130
    assert "precious" in list_databases(server)


def _refuse(*_: object, **__: object) -> bool:
    raise KeyboardInterrupt
