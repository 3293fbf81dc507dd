"""A contract binds names, types, expressions and windows to digests and to the live relation."""

from __future__ import annotations

import psycopg
import pytest

from timeseal.seal.roles import Connection, acting_as_owner

FEATURES = (
    (1, "amount", "integer", "sighting.amount", "defining observation", True, None),
    (2, "ended_n", "bigint", None, "clip_at_t0", False, "168 h"),
    (3, "lasted_median_s", "int8", "", "clip_at_t0", True, "168 h"),
)


@pytest.fixture
def contract(shop: Connection) -> Connection:
    """The shop with a draft set of three features, bound to its entrypoint."""
    shop.execute("select * from audit.refresh_store('shop')")
    with acting_as_owner(shop):
        shop.execute("insert into ml.feature_set (name, author) values ('things_v1', 'tests')")
        for row in FEATURES:
            shop.execute(
                "insert into ml.feature_contract (set_id, ordinal, feature_name, dtype, expr_sql,"
                " leakage_rule, is_nullable, window_def) select set_id, %s, %s, %s, %s, %s, %s, %s"
                " from ml.feature_set where name = 'things_v1'",
                row,
            )
        shop.execute("update audit.entrypoint set contract_set = 'things_v1'")
    return shop


def _one(conn: Connection, query: str) -> object:
    row = conn.execute(query).fetchone()  # type: ignore[arg-type]
    return row[0] if row else None


def _as_owner(conn: Connection, statement: str) -> None:
    with acting_as_owner(conn):
        conn.execute(statement)  # type: ignore[arg-type]


def _stamp(conn: Connection) -> object:
    return _one(conn, "select ml.stamp_feature_contract('things_v1')")


def _assert(conn: Connection) -> None:
    conn.execute("select ml.assert_feature_contract('things_v1')")


def _gate(conn: Connection) -> list[tuple[str, str]]:
    return conn.execute(
        "select level, subject from audit.gate_contract('ml.thing_features_v') order by 2"
    ).fetchall()


def test_the_published_digest_is_the_pipe_joined_sha256(contract: Connection) -> None:
    expected = _one(
        contract,
        "select encode(sha256(convert_to("
        "'1|amount|integer|sighting.amount|defining observation|1||2|ended_n|bigint||clip_at_t0|0"
        "||3|lasted_median_s|int8||clip_at_t0|1', 'UTF8')), 'hex')",
    )
    assert _stamp(contract) == expected
    assert _one(contract, "select n_features from ml.feature_set") == 3


@pytest.mark.gate("contract", "near miss")
def test_a_stamped_set_asserts_checks_and_passes_its_gate(contract: Connection) -> None:
    _stamp(contract)
    _assert(contract)
    assert _one(contract, "select ml.check_feature_contract('things_v1')") == "OK"
    assert _gate(contract) == []


def test_a_draft_an_unknown_and_an_empty_set_are_errors(contract: Connection) -> None:
    with pytest.raises(psycopg.DatabaseError, match="contract drift") as caught:
        _assert(contract)
    assert caught.value.sqlstate == "TS004"
    with pytest.raises(psycopg.DatabaseError, match="contract drift"):
        contract.execute("select ml.assert_feature_contract('nothing')")
    with pytest.raises(psycopg.DatabaseError, match="contract drift"):
        contract.execute("select ml.assert_feature_contract(null)")
    _as_owner(contract, "insert into ml.feature_set (name) values ('empty')")
    with pytest.raises(psycopg.DatabaseError, match="cannot be stamped"):
        contract.execute("select ml.stamp_feature_contract('empty')")
    with pytest.raises(psycopg.DatabaseError, match="contract drift"):
        contract.execute("select ml.assert_feature_contract('empty')")


@pytest.mark.parametrize(
    ("change", "subject"),
    [
        ("set window_def = '900 h' where ordinal = 2", "contract_sha256"),
        ("set expr_sql = '' where ordinal = 2", "contract_sha256"),
        ("set expr_sql = null where ordinal = 3", "contract_sha256"),
        ("set leakage_rule = 'none' where ordinal = 2", "features_hash"),
        ("set dtype = 'text' where ordinal = 2", "ended_n"),
        ("set feature_name = 'gone_n' where ordinal = 2", "gone_n"),
        ("set is_nullable = null where ordinal = 2", "ended_n"),
    ],
)
@pytest.mark.gate("contract", "fires")
def test_a_change_after_stamping_is_drift(contract: Connection, change: str, subject: str) -> None:
    _stamp(contract)
    _as_owner(contract, f"update ml.feature_contract {change}")
    with pytest.raises(psycopg.DatabaseError, match="contract drift") as caught:
        _assert(contract)
    assert subject in (caught.value.diag.message_detail or "")
    assert _one(contract, "select ml.check_feature_contract('things_v1')") == "MISMATCH"
    assert ("blocking", subject) in _gate(contract)


def test_contracts_that_collide_under_the_pipe_differ_under_the_sound_digest(
    contract: Connection,
) -> None:
    change = "update ml.feature_contract set expr_sql = '{}', leakage_rule = '{}' where ordinal = 1"
    digests = (
        "select audit.features_hash(set_id), audit.contract_sha256(set_id) from ml.feature_set"
    )
    _as_owner(contract, change.format("x|y", "z"))
    first = contract.execute(digests).fetchone()
    _stamp(contract)
    _as_owner(contract, change.format("x", "y|z"))
    second = contract.execute(digests).fetchone()
    assert first is not None
    assert second is not None
    assert first[0] == second[0]
    assert first[1] != second[1]
    with pytest.raises(psycopg.DatabaseError, match="contract drift"):
        _assert(contract)


def test_a_published_hand_stamp_is_completed_and_a_wrong_one_refused(contract: Connection) -> None:
    _as_owner(
        contract,
        "update ml.feature_set s set features_hash = audit.features_hash(s.set_id), n_features = 3",
    )
    _assert(contract)
    with pytest.raises(psycopg.DatabaseError, match="is not that of its rows"):
        _as_owner(contract, "update ml.feature_set set features_hash = 'abc'")


def test_stamping_an_unchanged_set_changes_nothing(contract: Connection) -> None:
    _stamp(contract)
    first = _one(contract, "select xmin::text || stamped_at from ml.feature_set")
    _stamp(contract)
    assert _one(contract, "select xmin::text || stamped_at from ml.feature_set") == first


def test_rows_may_be_appended_until_the_set_is_promoted(contract: Connection) -> None:
    first = _stamp(contract)
    append = (
        "insert into ml.feature_contract (set_id, ordinal, feature_name, dtype, is_nullable)"
        " select set_id, %s, %s, 'bigint', true from ml.feature_set"
    )
    with acting_as_owner(contract):
        contract.execute(append, [4, "offered_n"])
    assert _stamp(contract) != first
    _as_owner(contract, "select ml.promote_feature_contract('things_v1')")
    with (
        pytest.raises(psycopg.DatabaseError, match="is promoted") as caught,
        acting_as_owner(contract),
    ):
        contract.execute(append, [5, "offered_median"])
    assert caught.value.diag.message_hint == "Run: timeseal contract new"


@pytest.mark.parametrize(
    "statement",
    [
        "update ml.feature_contract set dtype = 'text' where ordinal = 1",
        "delete from ml.feature_contract where ordinal = 1",
        "truncate ml.feature_contract",
        "update ml.feature_set set name = 'other'",
        "update ml.feature_set set state = 'draft'",
        "update ml.feature_set set contract_sha256 = 'x'",
        "truncate ml.feature_set cascade",
    ],
)
def test_a_promoted_set_is_immutable_even_for_the_owner(
    contract: Connection, statement: str
) -> None:
    _stamp(contract)
    _as_owner(contract, "select ml.promote_feature_contract('things_v1')")
    _as_owner(contract, "update ml.feature_set set notes = 'notes may change'")
    with pytest.raises(psycopg.DatabaseError) as caught:
        _as_owner(contract, f"set local session_replication_role = replica; {statement}")
    assert caught.value.sqlstate in {"TS004", "42501"}
    with pytest.raises(psycopg.DatabaseError, match="is promoted"):
        _as_owner(contract, statement)


def test_a_live_relation_that_lost_a_column_fails(contract: Connection) -> None:
    _stamp(contract)
    with acting_as_owner(contract):
        contract.execute("drop view ml.thing_train_v")
        contract.execute("alter view ml.thing_features_v rename column ended_n to ended_count")
    with pytest.raises(psycopg.DatabaseError, match="contract drift") as caught:
        _assert(contract)
    assert "no such column" in (caught.value.diag.message_detail or "")


def test_a_null_in_a_column_declared_never_null_blocks_the_gate(contract: Connection) -> None:
    _stamp(contract)
    assert _gate(contract) == []
    _as_owner(contract, "update store.thing_enriched set ended_n = null where item = 3")
    assert _gate(contract) == [("blocking", "ended_n")]


def test_a_store_without_a_contract_is_a_warning_and_an_unknown_one_blocks(
    contract: Connection,
) -> None:
    _as_owner(contract, "update audit.entrypoint set contract_set = null")
    assert _gate(contract) == [("warning", "contract")]
    _as_owner(contract, "update audit.entrypoint set contract_set = 'nothing'")
    assert ("blocking", "set") in _gate(contract)


def test_training_asserts_and_reads_but_does_not_stamp(contract: Connection) -> None:
    _stamp(contract)
    contract.execute("set role ml_training")
    _assert(contract)
    assert _one(contract, "select count(*) from ml.feature_contract") == 3
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        _stamp(contract)
