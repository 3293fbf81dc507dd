"""`timeseal geo release …`: what it says, what it refuses, and how it exits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.databases import Database, Databases
from tests.integration.geo import norway as no
from tests.servers import server_under_test

from timeseal.cli.__main__ import run
from timeseal.db.embedded import Embedded

pytestmark = pytest.mark.one_major
Output = pytest.CaptureFixture[str]
LOAD = ["geo", "release", "load"]


@pytest.fixture
def norway_db(
    databases: Databases, norway_template: str, server: Embedded, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Database]:
    """A market in Norway without ads, where the commands find it."""
    database = databases.create(norway_template)
    monkeypatch.setenv("TIMESEAL_HOME", str(server.home))
    monkeypatch.setenv("TIMESEAL_PG_BINDIR", str(server_under_test().bindir))
    monkeypatch.setenv("TIMESEAL_DB", database.name)
    yield database
    databases.drop(database)


def test_a_release_is_loaded_once_and_its_bad_rows_are_told(
    norway_db: Database, tmp_path: Path, capsys: Output
) -> None:
    file = tmp_path / "postnummer.csv"
    file.write_text("Postnummer;Poststed;Kommunenummer\n0150;Oslo;0301\n0151;Oslo;03\n;x;0301\n")
    call = [*LOAD, str(file), "--kind", "postal", "--published-at", "2026-04-01"]
    assert run([*call, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["release"], found["loaded"], found["rows"]) == ("postal-2026-04-01", True, 1)
    assert found["published_at"] == "2026-04-02T00:00:00+00:00"
    assert [(one["column"], one["reason"], one["rows"]) for one in found["broken"]] == [
        ("kommune_code4", "another level", 1),
        ("postal_code", "empty", 1),
    ]
    kept = norway_db.connect().execute(
        "select q.row_number, q.column_name, q.reason, q.raw_line from raw.quarantine as q"
        " join ref.release as r on r.run_id = q.run_id where r.release_id = 'postal-2026-04-01'"
        " order by 1"
    )
    assert kept.fetchall() == [
        (2, "kommune_code4", "another level", "postnummer.csv:3: 0151\tOslo\t03"),
        (3, "postal_code", "empty", "postnummer.csv:4: \tx\t0301"),
    ]
    assert run(call) == 0
    assert "nothing changed" in capsys.readouterr().err
    file.write_text("Postnummer;Kommunenummer\n0150;0301\n0152;0301\n")
    assert run(call) == 1
    assert "other content" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        ("plz,ort\n", ["--kind", "postal"], "unknown 'plz', unknown 'ort', no postal_code"),
        ("postnr,kommnr\n1,0301\n", ["--kind", "weather"], "unknown kind"),
        ("postnr,region,super_metro_v4,source\n", ["--kind", "super-metro"], "designed-on-until"),
        ("postnr,kommnr\n", ["--kind", "postal"], "no row that could be loaded"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_with_the_way_out(
    norway_db: Database, tmp_path: Path, capsys: Output, text: str, options: list[str], said: str
) -> None:
    file = tmp_path / "file.csv"
    file.write_text(text)
    assert run([*LOAD, str(file), "--published-at", "2026-04-01", *options]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert "hint: " in told


def test_a_release_from_the_future_is_refused(
    norway_db: Database, tmp_path: Path, capsys: Output
) -> None:
    file = tmp_path / "file.csv"
    file.write_text("postnr,kommnr\n0150,0301\n")
    assert run([*LOAD, str(file), "--kind", "postal", "--published-at", "2999-01-01"]) == 2
    assert "in the future" in capsys.readouterr().err


def test_pin_and_list(norway_db: Database, capsys: Output) -> None:
    no.sight(norway_db.connect(), [(1, "2026-02-01", "0150", None)])
    assert run(["geo", "release", "pin", "nowhere"]) == 2
    assert run(["geo", "release", "pin", no.PINNED]) == 1
    assert "--reason" in capsys.readouterr().err
    assert run(["geo", "release", "pin", no.PINNED, "--reason", no.WHY]) == 0
    said = capsys.readouterr().err
    # three rules of each store that reads the map
    assert said.count("waiver") == 6
    assert "timeseal store publish geo --full" in said
    assert run(["geo", "release", "list", "--json"]) == 0
    found = {one["release_id"]: one for one in json.loads(capsys.readouterr().out)}
    assert [name for name, one in found.items() if one["pinned"]] == [no.PINNED]
    assert found[no.PINNED]["designed_on_until"] == "2021-04-08"
    assert found["bolstad-2021-04-08"]["verdict"] == "admitted"
    assert run(["geo", "release", "list"]) == 0
    assert "pinned under waiver" in capsys.readouterr().out
    assert run(["store", "publish", "geo", "--full", "--reason", "first"]) == 0
