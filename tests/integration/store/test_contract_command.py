"""`timeseal contract`: a new set is drafted out of an old one, stamped, promoted, used."""

from __future__ import annotations

import json
from collections.abc import Callable

import psycopg
import pytest
from tests.servers import server_under_test

from timeseal.cli.__main__ import run
from timeseal.db.embedded import Embedded
from timeseal.seal.roles import Connection

Output = pytest.CaptureFixture[str]
pytestmark = pytest.mark.one_major
FEATURES = (
    "select ordinal, feature_name, dtype from ml.feature_contract join ml.feature_set"
    " using (set_id) where name = %s order by 1"
)


@pytest.fixture
def contract(
    shop: Connection, server: Embedded, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., int]:
    """Run `timeseal contract …` on the shop."""
    monkeypatch.setenv("TIMESEAL_HOME", str(server.home))
    monkeypatch.setenv("TIMESEAL_PG_BINDIR", str(server_under_test().bindir))
    monkeypatch.setenv("TIMESEAL_DB", shop.info.dbname)
    return lambda *words: run(["contract", *words])


def test_a_set_goes_from_draft_to_use_and_the_next_begins_with_it(
    shop: Connection, contract: Callable[..., int], capsys: Output
) -> None:
    view = ("--relation", "ml.thing_features_v")
    assert contract("new", "things_v1", *view, "--add", "ended_n", "--add", "amount") == 0
    assert shop.execute(FEATURES, ("things_v1",)).fetchall() == [
        (1, "amount", "integer"),
        (2, "ended_n", "bigint"),
    ]
    assert contract("check", "things_v1") == 1
    assert contract("promote", "things_v1") == 1
    assert contract("promote", "things_v1", "--use") == 1
    assert contract("stamp", "things_v1") == 0
    assert contract("check", "things_v1") == 0
    capsys.readouterr()
    assert contract("promote", "things_v1", "--use") == 0

    step = ("--from", "things_v1", "--without", "amount", "--add", "lasted_median_s")
    assert contract("new", "things_v2", *step) == 0
    assert [row[1] for row in shop.execute(FEATURES, ("things_v2",))] == [
        "ended_n",
        "lasted_median_s",
    ]
    capsys.readouterr()
    assert contract("list", "--json") == 0
    found = {one["name"]: one for one in json.loads(capsys.readouterr().out)}
    assert (found["things_v1"]["state"], found["things_v1"]["current"]) == ("promoted", True)
    assert found["things_v2"]["relation"] == "ml.thing_features_v"
    assert contract("show", "things_v2") == 0
    assert "lasted_median_s" in capsys.readouterr().out
    with pytest.raises(psycopg.DatabaseError, match="promoted and never changes") as caught:
        shop.execute("delete from ml.feature_contract where feature_name = 'amount'")
    assert caught.value.diag.message_hint == "Run: timeseal contract new"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("things", "--from", "nothing"), "no feature set nothing"),
        (("things", "--relation", "ml.thing_features_v"), "a set needs a feature"),
        (("things", "--relation", "ml.thing_features_v", "--add", "nothing"), "no such column"),
        (("things", "--add", "amount"), "no such column"),
    ],
)
def test_a_draft_of_what_is_not_there_leaves_nothing(
    shop: Connection,
    contract: Callable[..., int],
    capsys: Output,
    words: tuple[str, ...],
    said: str,
) -> None:
    assert contract("new", *words) == 2
    assert said in capsys.readouterr().err
    assert shop.execute("select count(*) from ml.feature_set").fetchone() == (0,)


def test_a_name_that_is_taken_is_refused(contract: Callable[..., int], capsys: Output) -> None:
    draft = ("new", "things", "--relation", "ml.thing_features_v", "--add", "amount")
    assert contract(*draft) == 0
    assert contract(*draft) == 2
    assert "exists" in capsys.readouterr().err
