from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

import pytest

from timeseal.db import state
from timeseal.db.account import Account, current, server_account
from timeseal.errors import EnvironmentProblem

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root is demoted")


def modes(path: Path) -> dict[str, int]:
    return {str(one): stat.S_IMODE(one.stat().st_mode) for one in (path, *path.parents)}


def test_an_ordinary_user_keeps_everything_inside_its_home(tmp_path: Path) -> None:
    place = state.locate(tmp_path / "home", current())
    assert place.root == tmp_path / "home" / "server"
    assert not place.moved


def test_a_long_home_gets_a_short_socket_directory(tmp_path: Path) -> None:
    account = current()
    deep = tmp_path / ("x" * 100)
    place = state.locate(deep, account)
    assert len(str(place.sockets / state.SOCKET_NAME)) <= state.LONGEST_SOCKET
    assert place.sockets != state.locate(tmp_path / ("y" * 100), account).sockets


@as_root
def test_a_closed_parent_moves_the_state_and_keeps_every_mode(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    before = modes(closed)
    account = server_account()
    place = state.locate(closed / "home", account)
    assert place.moved
    assert account.can_traverse(place.root)
    assert modes(closed) == before
    assert not (closed / "home").exists()


@as_root
def test_two_closed_homes_never_share_a_state(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    account = server_account()
    one, other = (state.locate(closed / name, account) for name in ("a", "b"))
    assert one.root != other.root
    assert one.sockets != other.sockets


@as_root
def test_what_a_vanished_home_left_behind_is_named(tmp_path: Path) -> None:
    account = current()
    home = tmp_path / "gone" / "home"
    place = state.State(home, tmp_path / "timeseal-1", tmp_path / "timeseal-1" / "run", moved=True)
    (tmp_path / "gone").mkdir()
    state.create_root(place, account)
    state.create(place, account)
    assert state.orphans(place) == []  # a home not yet made is no orphan while its parent stands
    (tmp_path / "gone").rmdir()
    assert state.orphans(place) == [place.root]


def test_existing_directories_keep_their_mode(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(0o750)
    before = modes(home)
    place = state.State(home, home / "server", home / "server" / "run", moved=False)
    state.create_root(place, current())
    state.create(place, current())
    assert modes(home) == before
    assert stat.S_IMODE(place.root.stat().st_mode) == 0o700
    assert stat.S_IMODE(place.sockets.stat().st_mode) == 0o700


def test_a_directory_others_can_write_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "server"
    root.mkdir()
    root.chmod(0o777)
    place = state.State(tmp_path, root, root / "run", moved=True)
    with pytest.raises(EnvironmentProblem, match="is not ours"):
        state.create_root(place, current())


def test_a_symbolic_link_in_place_of_the_sockets_is_refused(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    trap.mkdir(mode=0o700)
    (tmp_path / "run").symlink_to(trap)
    place = state.State(tmp_path, tmp_path / "server", tmp_path / "run", moved=False)
    state.create_root(place, current())
    with pytest.raises(EnvironmentProblem, match="is not ours"):
        state.create(place, current())


@as_root
def test_an_account_is_judged_by_what_it_can_really_do() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        program = folder / "program"
        program.write_text("#!/bin/sh\nexit 0\n")
        program.chmod(0o755)
        account = server_account()
        assert account.uid != 0
        assert not account.can_execute(program)
        assert not account.can_traverse(folder / "not" / "yet" / "there")
        folder.chmod(0o711)
        assert account.can_execute(program)
        assert account.can_traverse(folder / "not" / "yet" / "there")


def test_we_are_not_demoted_to_ourselves() -> None:
    assert current() == Account(current().name, os.geteuid(), os.getegid(), demoted=False)
