"""What a refusal tells: which gates failed, never a value of the rows that it keeps back."""

from __future__ import annotations

import psycopg
import pytest
from tests.attack import market
from tests.attack.market import ENTRYPOINT, GUARDED

RULE = (
    "create view shop.bad as select p.item, p.note, p.price from shop.price as p"
    " where p.price > 600;"
    " alter view shop.bad owner to timeseal_owner;"
    " insert into audit.store_invariant (entrypoint, name, relid, hint)"
    " values ('shop.item_features', 'bad', 'shop.bad'::regclass, 'mend it');"
    " call audit.capture_viewdef_baseline('shop.item_features')"
)


def refused(database: market.Database) -> tuple[str, str, str]:
    """A market whose invariant named a poisoned row: what certifier, reader and registry say."""
    admin = database.connect()
    admin.execute(RULE)
    assert market.certify(admin) == "CERTIFIED"
    admin.execute("update shop.price set price = 666, note = 'POISON' where item = 7")
    status = market.certify(admin)
    reader = database.connect("training")
    with pytest.raises(psycopg.Error) as closed:
        reader.execute(f"select count(*) from {GUARDED}")
    told = closed.value.diag
    (notes,) = reader.execute("select notes from audit.t0_cert_registry").fetchone() or ("",)
    words = (told.message_primary, told.message_detail, told.message_hint, told.context)
    return status, " ".join(str(word) for word in words), notes


def test_a_reader_learns_the_gates_and_no_value(shop: market.Database) -> None:
    certifier, reader, registry = refused(shop)
    assert "POISON" in certifier, "who certifies is told the row"
    for told in (reader, registry):
        assert "invariants, drift" in told
        assert "POISON" not in told
        assert "666" not in told


def test_the_certifier_s_record_is_not_the_reader_s(shop: market.Database) -> None:
    refused(shop)
    reader = shop.connect("training")
    for relation in ("t0_cert_run", "drift_event", "t0_leaf_baseline"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute(f"select * from audit.{relation}")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        reader.execute("select * from audit.explain(%s, 9)", (ENTRYPOINT,))
