"""Probes of stores beside each other, of what sealing lends, and of the class without superuser."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from tests.attack import market
from tests.attack.snapshot import outcome
from tests.attack.test_hidden_paths import WORLD
from tests.integration.store import test_replay_parent as parent
from tests.integration.store.test_restored import ANOTHER_CLUSTER
from tests.mutants.harness import probe
from tests.mutants.probes_replay import bound_shop
from tests.mutants.probes_shop import opened, shut, without_event_triggers

from timeseal.seal import foreign, restored
from timeseal.seal.foreign import Seal

NAMED = "select 'nook.child_v'::regclass"
DENIED = "42501"
AMOUNT = (
    "create domain shop.amount as integer; alter domain shop.amount owner to timeseal_owner;"
    " create or replace function shop.doubled(p_price integer) returns integer"
    " language sql immutable parallel safe return p_price::shop.amount * 2;"
    " call audit.capture_viewdef_baseline('shop.item_features')"
)
#: What touches no object of a closure, yet decides what it shows or who reaches it.
BESIDE = {
    "a domain gets a rule": "alter domain shop.amount add constraint sane check (value < 1000000)",
    "a schema gets a user": "grant usage on schema shop to timeseal_worker",
}


@probe("shop")
def a_later_row_of_a_parent_convicts(database: Any) -> None:
    conn = parent.rate(bound_shop(database))
    with tempfile.TemporaryDirectory() as folder:
        found = parent.replayed(conn, Path(folder), parent.LEAKS["all later rows"])
    assert f"{parent.ENTRYPOINT}.rating" in found


def _lent(database: Any) -> market.Conn:
    """A certifier beside a sealed view of a schema that nobody may use."""
    admin = database.connect()
    admin.execute(WORLD.encode())
    admin.execute("revoke usage on schema nook from public, timeseal_certifier")
    foreign.add(admin, Seal("nook.child_v", ("id",), "t0"))
    return admin


@probe("shop")
def a_certifier_may_name_what_was_sealed(database: Any) -> None:
    _lent(database)
    assert outcome(database.connect("certifier"), NAMED) != DENIED


@probe("shop")
def what_sealing_lent_a_certifier_goes_with_the_seal(database: Any) -> None:
    foreign.remove(_lent(database), "nook.child_v")
    assert outcome(database.connect("certifier"), NAMED) == DENIED


@probe("shop", *BESIDE)
def seen_without_event_triggers(database: Any, name: str) -> None:
    """The owner-only class: no row version of a listed object shows these."""
    database.connect().execute(AMOUNT)
    admin = without_event_triggers(database)
    if market.door(admin) is not None:
        raise RuntimeError("the door is not open")
    admin.execute(BESIDE[name].encode())
    shut(database)


@probe("shop")
def restored_with_the_same_oids(database: Any) -> None:
    admin = opened(database)
    admin.execute(ANOTHER_CLUSTER.encode())
    assert restored.is_restored(admin)
