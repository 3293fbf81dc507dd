"""The commands of every day on a slice of real ads: what they say, and how they exit."""

from __future__ import annotations

import json

import pytest
from tests.databases import Database
from tests.servers import server_under_test

from timeseal.cli.__main__ import run
from timeseal.db.embedded import Embedded

pytestmark = pytest.mark.one_major

Output = pytest.CaptureFixture[str]
ENTRYPOINT = "ml.survival_feature_store_t0_v1_v"
LAYER = "store.tom_features_v1_enriched_clean"
TAMPER = f"update {LAYER} set price = price + 1 where listing_id = %s"
ANY_AD = f"select min(listing_id) from {LAYER}"


@pytest.fixture(autouse=True)
def use_the_test_server(server: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIMESEAL_HOME", str(server.home))
    monkeypatch.setenv("TIMESEAL_PG_BINDIR", str(server_under_test().bindir))


def document(output: Output) -> object:
    """What went to stdout must be one JSON document and nothing else."""
    return json.loads(output.readouterr().out)


def tamper(database: Database) -> int:
    conn = database.connect()
    row = conn.execute(ANY_AD).fetchone()
    assert row is not None
    conn.execute(TAMPER, (row[0],))
    return int(row[0])


def test_a_changed_cell_is_seen_named_mended_and_forgotten(
    cars_db: Database, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIMESEAL_DB", cars_db.name)
    assert run(["status", "--strict", "--json"]) == 0
    doors = document(capsys)
    assert isinstance(doors, dict)
    assert {one["entrypoint"]: one["open"] for one in doors["entrypoints"]}[ENTRYPOINT] is True
    assert run([]) == 0
    assert "doors open" in capsys.readouterr().out

    ad = tamper(cars_db)
    assert run(["status"]) == 0
    assert run(["status", "--strict"]) == 1
    said = capsys.readouterr()
    assert "closed" in said.out
    assert "hint: timeseal" in said.err
    assert run([]) == 0
    assert "Next: timeseal" in capsys.readouterr().out

    assert run(["explain", ENTRYPOINT, "--json"]) == 1
    causes = document(capsys)
    assert isinstance(causes, dict)
    (cell,) = [one for one in causes[ENTRYPOINT] if one["column"] == "price"]
    assert cell["object"] == LAYER
    assert cell["row"]["listing_id"] == ad
    assert int(cell["found"]) == int(cell["expected"]) + 1
    assert cell["fix"] == "timeseal store publish survival --full"

    assert run(["certify", ENTRYPOINT]) == 1
    said = capsys.readouterr()
    assert "FAILED" in said.out
    assert said.err.rstrip().endswith(f"hint: timeseal explain {ENTRYPOINT}")

    # mended, and still exit 1: somebody wrote where only publish writes
    assert run(["store", "publish", "survival", "--full", "--reason", "mended", "--json"]) == 1
    issued = document(capsys)
    assert isinstance(issued, list)
    assert {one["status"] for one in issued} == {"CERTIFIED"}
    assert run(["explain"]) == 0
    assert "nothing is wrong" in capsys.readouterr().err


def test_blocks_are_as_good_as_their_doors(cars_db: Database, capsys: Output) -> None:
    blocks = ["status", "--blocks", "--strict", "--db", cars_db.name]
    assert run([*blocks, "--json"]) == 0
    found = document(capsys)
    assert isinstance(found, dict)
    status = {one["feature_block"]: one["status"] for one in found["blocks"]}
    assert status["survival"] == status["geo_store"] == "CERTIFIED"
    assert status["vision_store"] == "not provided"
    tamper(cars_db)
    assert run(blocks) == 1
    assert "hint: timeseal store publish ml." in capsys.readouterr().err


def test_stored_layers_are_shown_beside_their_recomputation(
    cars_db: Database, capsys: Output
) -> None:
    assert run(["store", "show", "--db", cars_db.name]) == 1
    assert "hint: timeseal store refresh survival --published" in capsys.readouterr().err
    refresh = ["store", "refresh", "--published", "--json", "--db", cars_db.name]
    assert run(refresh) == 0
    capsys.readouterr()
    assert run(["store", "show", "--json", "--db", cars_db.name]) == 0
    layers = document(capsys)
    assert isinstance(layers, list)
    assert {one["agrees"] for one in layers} == {True}
    tamper(cars_db)
    assert run(["store", "show", "--db", cars_db.name]) == 1
    assert "False" in capsys.readouterr().out


def test_a_plan_of_a_bound_store_is_empty(cars_db: Database, capsys: Output) -> None:
    assert run(["store", "plan", "--json", "--db", cars_db.name]) == 0
    planned = document(capsys)
    assert isinstance(planned, list)
    assert [(one["store"], one["stages"]) for one in planned] == [("survival", []), ("geo", [])]
    layers = [layer for one in planned for layer in one["refresh"]["layers"]]
    assert {layer["route"] for layer in layers} == {"none"}


def test_what_is_not_there_is_usage_or_environment(
    cars_db: Database, empty_db: Database, capsys: Output
) -> None:
    assert run(["certify", "ml.nothing", "--db", cars_db.name]) == 2
    said = capsys.readouterr().err
    assert said.startswith("TS003: ml.nothing is not declared here — expected ")
    assert "hint: timeseal seal add" in said
    assert run(["status", "--db", empty_db.name]) == 3
    assert f"hint: timeseal db create {empty_db.name}" in capsys.readouterr().err
    assert run(["status", "--db", "nowhere"]) == 3
    assert "hint: timeseal db create nowhere" in capsys.readouterr().err
    assert run(["load", "cars", "--data", "nowhere", "--db", cars_db.name]) == 3


def test_training_behind_a_closed_door_is_refused_with_the_way_out(
    cars_db: Database, capsys: Output
) -> None:
    tamper(cars_db)
    for command in (["model", "train"], ["run", "train"]):
        assert run([*command, "--db", cars_db.name]) == 1
        said = capsys.readouterr().err
        assert "TS001" in said
        assert "hint: timeseal" in said


def test_jobs_are_listed_and_an_unknown_one_is_usage(capsys: Output) -> None:
    assert run(["run"]) == 0
    listed = [line.split("\t")[0] for line in capsys.readouterr().out.splitlines()[1:]]
    assert listed == ["load", "publish", "certify", "train", "score"]
    assert run(["run", "everything"]) == 2


def test_a_job_exits_as_its_command_does(cars_db: Database, capsys: Output) -> None:
    tamper(cars_db)
    assert run(["run", "certify", "--db", cars_db.name]) == 1
    assert "FAILED" in capsys.readouterr().out
