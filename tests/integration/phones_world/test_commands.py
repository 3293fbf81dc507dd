"""The commands of docs/explanation/phones-world.md, run as written on a smaller world."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tests.servers import server_under_test

from timeseal.cli.__main__ import run
from timeseal.db.databases import drop_database
from timeseal.db.embedded import Embedded
from timeseal.market.verticals.phones.world import measure, oracle, specify

pytestmark = pytest.mark.one_major

PAGE = Path(__file__).parents[3] / "docs" / "explanation" / "phones-world.md"
COMMANDS = re.findall(r"^    (timeseal .+|python -m .+)$", PAGE.read_text("utf-8"), re.MULTILINE)

Output = pytest.CaptureFixture[str]


def smaller(command: str, days: int, listings: int) -> list[str]:
    """The words of a command after its program, for a world of another size."""
    sized = re.sub(r"--days \d+ --listings \d+", f"--days {days} --listings {listings}", command)
    return sized.split()[1:]


def test_the_page_holds_the_commands_of_the_world() -> None:
    assert [" ".join(one.split()[:3]) for one in COMMANDS] == [
        "timeseal db create",
        "timeseal load phones",
        "python -m timeseal.market.verticals.phones.world.oracle",
    ]


def test_a_market_is_made_and_filled(
    server: Embedded, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setenv("TIMESEAL_HOME", str(server.home))
    monkeypatch.setenv("TIMESEAL_PG_BINDIR", str(server_under_test().bindir))
    create, load, _ = COMMANDS
    try:
        assert run(smaller(create, 0, 0)) == 0
        words = smaller(load, 2, 90)
        assert run([*words, "--truth"]) == 0
        shown = capsys.readouterr().out
        assert "2 of 2" in shown
        assert run([*words, "--json"]) == 0
        said = json.loads(capsys.readouterr().out)
        assert (said["already_loaded"], said["days"], said["days_new"]) == (True, 2, 0)
        assert run(["load", "phones", "--db", "phones", "--seed", "8"]) == 2
        assert "another world" in capsys.readouterr().err
        assert run(["doctor", "--db", "phones"]) == 0
    finally:
        drop_database(server, "phones")


def test_the_oracle_is_better_the_more_it_knows(capsys: Output, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("<!-- oracle -->\n<!-- /oracle -->\n", "utf-8")
    words = smaller(COMMANDS[2], 50, 2000)[2:]
    oracle.main([*words, "--data", str(PAGE.parents[2] / "data/phones-world"), "--page", str(page)])
    found = json.loads(capsys.readouterr().out)
    knowing, reading = found["all_knowing"], found["page_knowing"]
    assert found["ads_judged"] > 500
    for hours in oracle.HORIZONS:
        assert 0.95 > knowing[f"auc_{hours}h"] > reading[f"auc_{hours}h"] > 0.6
        assert knowing[f"brier_{hours}h"] < reading[f"brier_{hours}h"]
    assert 0 < knowing["ibs_504h"] < reading["ibs_504h"] < 0.25
    assert f"| ibs_504h | {knowing['ibs_504h']:.3f} |" in page.read_text("utf-8")


def test_constants_are_put_between_their_marks() -> None:
    page = "a\n<!-- laws -->\nstale\n<!-- /laws -->\nb"
    text = specify.between(page, "laws", specify.constants())
    assert "stale" not in text
    assert "| hunter_fade | 18.0 |" in text
    with pytest.raises(ValueError, match="no marks"):
        specify.between("a", "laws", "b")


def test_measuring_counts_what_it_should(tmp_path: Path) -> None:
    """A source of known content: what is too rare, locked or for parts does not set a price."""
    head = "condition,model,carrier_status,storage_gb,price_cad,row\n"
    good = [f"Pre-Owned,13,Unlocked,128.0,{300 + i},{i}" for i in range(12)]
    bad = [
        "Pre-Owned,13,Locked,128.0,9,1",
        "Parts Only,13,Unlocked,128.0,30,2",
        "Pre-Owned,12,Unlocked,128.0,200,3",
        "Pre-Owned,13,Unlocked,,250,4",
        "Pre-Owned,13 Pro,Unlocked,128.0,400,5",
        good[0],
    ]
    sales = tmp_path / "sales.csv"
    sales.write_text(head + "\n".join([*good, *bad]) + "\n", "utf-8")
    postal, kommuner = tmp_path / "postal.json", tmp_path / "kommuner.json"
    postal.write_text(
        '[{"code": "0001", "place": "Oslo", "id": "0301"},'
        ' {"code": "8099", "place": "Jan Mayen", "id": "2211"}]',
        "utf-8",
    )
    kommuner.write_text('[{"id": "0301", "population": 700000}]', "utf-8")
    measure.main([str(one) for one in (sales, postal, kommuner, tmp_path)])
    assert (tmp_path / "prices.csv").read_text("utf-8").splitlines()[1:] == [
        "13,128,12,305.50,0.0158"
    ]
    assert [
        row.split(",")[0] for row in (tmp_path / "grades.csv").read_text().splitlines()[1:]
    ] == [
        "0.7",
        "0.2",
    ]
    assert (tmp_path / "places.csv").read_text("utf-8").splitlines()[1:] == [
        "0001,Oslo,0301,700000,1"
    ]
