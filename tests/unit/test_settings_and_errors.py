from __future__ import annotations

import re
from pathlib import Path

import pytest

from timeseal import errors
from timeseal.settings import Settings


def test_the_environment_is_read_once_into_values(tmp_path: Path) -> None:
    settings = Settings.from_env(
        {
            "TIMESEAL_HOME": str(tmp_path),
            "TIMESEAL_DSN": "host=x",
            "TIMESEAL_PG_BINDIR": "/pg/bin",
            "TIMESEAL_DB": "other",
        }
    )
    assert settings == Settings(tmp_path, "other", "host=x", Path("/pg/bin"))


def test_an_empty_variable_is_an_unset_one(tmp_path: Path) -> None:
    settings = Settings.from_env(
        {"TIMESEAL_HOME": str(tmp_path), "TIMESEAL_DSN": "", "TIMESEAL_DB": ""}
    )
    assert settings.dsn is None
    assert settings.database == "demo"


def test_roots_default_home_can_be_entered_by_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert Settings.from_env({}).home == Path("/var/lib/timeseal")


def test_a_users_default_home_follows_xdg(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert Settings.from_env({"XDG_STATE_HOME": str(tmp_path)}).home == tmp_path / "timeseal"


def test_an_error_says_expected_found_and_the_way_out() -> None:
    error = errors.UsageError("the key", expected="a,b", found="a", hint="timeseal seal add --help")
    assert str(error) == ("TS003: the key — expected a,b, found a\nhint: timeseal seal add --help")


def test_the_docstring_draws_every_error_with_its_code_and_exit() -> None:
    drawn = dict(re.findall(r"(\w+)\s+TS\d{3}\s+exit (\d)", errors.__doc__ or ""))
    classes = [
        one
        for one in vars(errors).values()
        if isinstance(one, type) and issubclass(one, errors.TimesealError)
    ]
    assert drawn == {one.__name__: str(int(one.exit_code)) for one in classes}
    for one in classes:
        assert re.search(rf"{one.__name__}\s+{one.code}\b", errors.__doc__ or "")
