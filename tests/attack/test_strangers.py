"""Code of strangers: what may run with the owner's rights, and who can make whom wait."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from tests.attack import market
from tests.attack.market import ENTRYPOINT, GUARDED

#: Changed after sealing: whoever computes a row of the view runs it.
SPY = (
    "create or replace function shop.doubled(p_price integer) returns integer language plpgsql"
    " immutable as $$ begin raise notice 'spy ran as %', current_user; return p_price * 2; end $$"
)
#: The calls that a certifier makes, and that compute rows when all is well.
CALLS = {
    "certify": f"select audit.certify('{ENTRYPOINT}')",
    "check": f"select * from audit.check('{ENTRYPOINT}', null, true)",
    "assert": f"select audit.assert_gates('{ENTRYPOINT}')",
    "explain": f"select * from audit.explain('{ENTRYPOINT}')",
    "rebaseline": f"call audit.rebaseline_last_n_days('{ENTRYPOINT}'::regclass)",
    "strict": f"select audit.require_certified_strict('{ENTRYPOINT}')",
    "publish": f"call audit.publish('{ENTRYPOINT}')",
    "waive": (
        f"select audit.waive('{ENTRYPOINT}', 'invariants', 'absurd {{\"item\": 40}}', 'known',"
        " now() + interval '1 hour')"
    ),
}


def heard(admin: market.Conn, call: str) -> list[str]:
    """What the spy said while an administrator's call ran, whether or not it was refused."""
    said: list[str] = []
    admin.add_notice_handler(lambda notice: said.append(str(notice.message_primary)))
    try:
        admin.execute(CALLS[call].encode())
    except psycopg.Error as refused:
        if refused.sqlstate not in {"TS001", "TS003", "TS005"}:
            raise
    return [text for text in said if "spy" in text]


@pytest.mark.parametrize("call", CALLS)
def test_a_changed_function_does_not_run_as_the_owner(call: str, shop: market.Database) -> None:
    admin = shop.connect()
    admin.execute(SPY)
    assert heard(admin, call) == []


@pytest.mark.parametrize("call", ["certify", "check", "explain"])
def test_an_accepted_one_without_a_readable_body_does_not_either(
    call: str, shop: market.Database
) -> None:
    admin = shop.connect()
    admin.execute(SPY)
    admin.execute("call audit.capture_viewdef_baseline(%s::regclass)", (ENTRYPOINT,))
    assert heard(admin, call) == []


def test_gates_that_were_not_run_are_told_and_certify_nothing(shop: market.Database) -> None:
    admin = shop.connect()
    admin.execute(SPY)
    status = market.certify(admin)
    assert status.startswith("FAILED: failed gates: definition, volatility; first ")
    (checks,) = admin.execute(
        "select checks from audit.t0_cert_run order by run_id desc limit 1"
    ).fetchone() or ([],)
    said = {one["gate"]: one["status"] for one in checks}
    assert said["drift"] == said["key"] == said["invariants"] == "skipped"


def test_nobody_makes_certification_wait_by_an_advisory_lock(shop: market.Database) -> None:
    squatter, admin = shop.connect("training"), shop.connect()
    for name in ("certify", "install", "refresh"):
        squatter.execute(
            "select pg_advisory_lock(hashtextextended(%s, 0))", (f"timeseal {name} {ENTRYPOINT}",)
        )
    admin.execute("set lock_timeout = '500ms'")
    assert market.certify(admin) == "CERTIFIED"
    admin.execute(CALLS["rebaseline"])


class TestPrepared:
    """A certificate in a prepared transaction counts from its commit, by the versions it read."""

    @pytest.fixture
    def held(self, shop: market.Database) -> tuple[market.Conn, market.Database]:
        certifier = shop.connect(autocommit=False)
        certifier.execute("select audit.certify(%s)", (ENTRYPOINT,))
        certifier.execute("prepare transaction 'held'")
        certifier.autocommit = True
        return certifier, shop

    def test_written_meanwhile(self, held: tuple[Any, market.Database]) -> None:
        certifier, shop = held
        shop.connect().execute("update shop.price set note = 'POISON' where item = 1")
        certifier.execute("commit prepared 'held'")
        assert market.door(shop.connect()) is not None
        with pytest.raises(psycopg.Error, match="closed"):
            shop.connect("training").execute(f"select count(*) from {GUARDED}")

    def test_left_alone(self, held: tuple[Any, market.Database]) -> None:
        certifier, shop = held
        certifier.execute("commit prepared 'held'")
        assert market.door(shop.connect()) is None
