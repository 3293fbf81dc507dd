"""Readers with an older snapshot get the certified content or a refusal, never anything else.

REFRESH, TRUNCATE, a replaced view or function show through an older snapshot, while the rows that
the guard reads (certificate, versions) stay old: rewrite check and fuse look past the snapshot.
"""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from tests.attack import market
from tests.attack.market import GUARDED, Conn
from tests.attack.snapshot import ABSENT, CLOSED, CONTENT, VISIBLE_THROUGH, old_snapshot, outcome
from tests.attack.states import DATA, DEFINITIONS, State


@pytest.fixture
def certified_content(shop: market.Database) -> list[tuple[object, ...]]:
    """What was certified."""
    rows = shop.connect("training").execute(CONTENT).fetchall()
    assert len(rows) == market.ROWS
    return rows


def test_the_refusal_for_a_rewrite_asks_for_a_retry_and_the_retry_works(
    shop: market.Database,
) -> None:
    """VACUUM FULL changes no content: an older snapshot is told to retry, a new one just reads."""
    reader = old_snapshot(shop)
    admin = shop.connect()
    admin.execute("vacuum full shop.price")
    assert outcome(reader, CONTENT) == "40001"
    reader.rollback()
    assert len(reader.execute(CONTENT).fetchall()) == market.ROWS


def test_rows_deleted_and_inserted_again_are_invisible_to_an_older_snapshot(
    shop: market.Database, certified_content: list[tuple[object, ...]]
) -> None:
    """Publishing by DML: the older reader keeps the certified version, undisturbed."""
    reader = old_snapshot(shop)
    admin = shop.connect()
    with admin.transaction():
        admin.execute("create temp table kept as select item, t0, price, note from shop.price")
        admin.execute("delete from shop.price")
        admin.execute(
            "insert into shop.price (item, t0, price, note) select item, t0, price, note from kept"
        )
        assert market.certify(admin) == "CERTIFIED"
    assert outcome(reader, CONTENT) == certified_content
    reader.rollback()
    assert outcome(reader, CONTENT) == certified_content


def _wrap(admin: Conn, volatility: str) -> None:
    admin.execute(
        f"create function shop.peek(p_basket integer) returns bigint language sql {volatility} as"
        f" 'select count(*) from {GUARDED} where note = ''POISON'' or origin_note = ''POISON'''"
    )
    admin.execute("grant execute on function shop.peek(integer) to ml_training")


CHANGES = {state.name: state for state in DATA + DEFINITIONS if state.name in VISIBLE_THROUGH}


@pytest.mark.parametrize("change", sorted(CHANGES))
def test_a_stable_function_under_a_cursor_opened_before(change: str, shop: market.Database) -> None:
    """READ COMMITTED is no protection: a STABLE function uses the snapshot of the cursor."""
    admin = shop.connect()
    _wrap(admin, "stable")
    assert market.certify(admin) == "CERTIFIED"
    reader = shop.connect("training", autocommit=False)
    reader.execute(
        "declare early cursor for"
        " select b.basket, shop.peek(b.basket) from shop.basket as b order by 1"
    )
    CHANGES[change].apply(admin)
    assert outcome(reader, "fetch all from early") in CLOSED


class TestCursors:
    def test_declared_while_void(self, shop: market.Database) -> None:
        """Its plan asks already: there is nothing to fetch after the next certification."""
        admin = shop.connect()
        admin.execute("update shop.price set price = price + 1 where item = 7")
        reader = shop.connect("training", autocommit=False)
        asked = f"declare void cursor for select item, note from {GUARDED}"
        assert outcome(reader, asked) in CLOSED
        admin.execute("update shop.price set price = price - 1 where item = 7")
        assert market.certify(admin) == "CERTIFIED"
        assert outcome(reader, "fetch 1 from void") == "34000"

    @pytest.mark.parametrize("state", DATA, ids=lambda s: s.name.replace(" ", "-"))
    def test_declared_while_certified_and_fetched_after(
        self, state: State, shop: market.Database
    ) -> None:
        """The relation locks of an opened cursor make some changes wait: those are skipped."""
        admin = shop.connect()
        admin.execute("set lock_timeout = '200ms'")
        reader = shop.connect("training", autocommit=False)
        reader.execute(f"declare early cursor for {CONTENT}")
        try:
            state.apply(admin)
        except psycopg.errors.LockNotAvailable:
            assert state.name in {
                "truncated",
                "leaf truncated",
                "materialised view refreshed",
            }
        found = outcome(reader, "fetch all from early")
        assert found in CLOSED or (
            isinstance(found, list)
            and len(found) == market.ROWS
            and "POISON" not in str(found)
            and "666" not in str(found)
        ), found

    def test_with_hold_declared_while_void(self, shop: market.Database) -> None:
        shop.connect().execute("delete from shop.price where item = 1")
        reader = shop.connect("training")
        with pytest.raises(psycopg.Error) as refused:
            reader.execute(f"declare held cursor with hold for select item from {GUARDED}")
        assert refused.value.sqlstate == "TS001"

    def test_with_hold_keeps_only_what_was_certified(self, shop: market.Database) -> None:
        reader = shop.connect("training")
        reader.execute(f"declare held cursor with hold for {CONTENT}")
        shop.connect().execute("update shop.price set note = 'POISON'")
        rows = reader.execute("fetch all from held").fetchall()
        assert len(rows) == market.ROWS
        assert "POISON" not in str(rows)


PLANS = ("auto", "force_generic_plan", "force_custom_plan")


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize(
    "statement", [CONTENT, f"select count(*) from {GUARDED} where item = $1", ABSENT]
)
def test_prepared_and_revoked_between_executes(
    plan: str, statement: str, shop: market.Database
) -> None:
    reader = shop.connect("training")
    reader.execute(f"set plan_cache_mode = {plan}")
    types, given = ("(integer)", "(7)") if "$1" in statement else ("", "")
    reader.execute(f"prepare again{types} as {statement}".encode())
    for _ in range(7):
        assert reader.execute(f"execute again{given}".encode()).fetchall()
    shop.connect().execute("call audit.revoke_certificate('shop.item_features', 'a test')")
    assert outcome(reader, f"execute again{given}") == "TS001"


def test_prepared_while_void_never_remembers_the_refusal(
    shop: market.Database, open_shop: Callable[[], market.Database]
) -> None:
    admin, reader = shop.connect(), shop.connect("training")
    admin.execute("call audit.revoke_certificate('shop.item_features', 'a test')")
    reader.execute(f"prepare again as select count(*) from {GUARDED}")
    assert outcome(reader, "execute again") == "TS001"
    assert market.certify(admin) == "CERTIFIED"
    assert outcome(reader, "execute again") == [(market.ROWS,)]


def test_an_age_grows_inside_a_long_transaction(shop: market.Database) -> None:
    reader = shop.connect("training", autocommit=False)
    assert outcome(reader, f"select count(*) from {GUARDED}") == [(market.ROWS,)]
    market.reissue(shop.connect(), expires_at="clock_timestamp() + interval '300 milliseconds'")
    reader.execute("select pg_sleep(0.4)")
    assert outcome(reader, f"select count(*) from {GUARDED}") == "TS001"
