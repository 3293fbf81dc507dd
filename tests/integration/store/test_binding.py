"""A declaration becomes relations, once, and says what it does before it does it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from timeseal.errors import InstallRefused
from timeseal.seal import binding
from timeseal.seal.registration import payload
from timeseal.seal.roles import Connection, acting_as_owner
from timeseal.seal.store import Declaration, DeclarationError, load_store

SHOP = Path(__file__).parent / "shop"
GOLDEN = Path(__file__).parent / "golden" / "shop.sql"


def _kinds(conn: Connection) -> dict[str, str]:
    rows = conn.execute(
        "select format('%I.%I', n.nspname, c.relname), c.relkind::text from pg_class c"
        " join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname in ('build', 'store', 'published', 'ml') and c.relkind in ('r','v','m')"
    ).fetchall()
    return {name: kind for name, kind in rows if "feature_" not in name}


def test_one_text_is_bound_three_times(shop: Connection) -> None:
    kinds = _kinds(shop)
    assert kinds["build.thing_base"] == "v"
    assert kinds["store.thing_base"] == "r"
    assert kinds["ml.thing_base_mv"] == "m"
    assert kinds["published.thing_base"] == "v"
    assert kinds["ml.thing_train_v"] == "v"
    definition = shop.execute(
        "select pg_get_viewdef('build.thing_enriched'::regclass),"
        " pg_get_viewdef('ml.thing_enriched_mv'::regclass)"
    ).fetchone()
    assert definition is not None
    assert "store.thing_base" in definition[0]
    assert "published.thing_base" in definition[1]
    assert "store." not in definition[1]


def test_stored_tables_have_key_day_index_and_stamp(shop: Connection) -> None:
    (key,) = shop.execute(
        "select pg_get_constraintdef(oid) from pg_constraint"
        " where conrelid = 'store.thing_base'::regclass and contype = 'p'"
    ).fetchone() or ("",)
    assert key == "PRIMARY KEY (grp, item, t0)"
    indexes = shop.execute(
        "select indexdef from pg_indexes where schemaname = 'store' and tablename = 'thing_base'"
    ).fetchall()
    assert any("(t0_day)" in one for (one,) in indexes)
    assert shop.execute(
        "select tgenabled::text from pg_trigger"
        " where tgrelid = 'store.thing_base'::regclass and tgname = 'timeseal_stamp'"
    ).fetchone() == ("A",)
    assert shop.execute(
        "select indexdef like 'CREATE UNIQUE INDEX%%' from pg_indexes"
        " where indexname = 'thing_base_uq'"
    ).fetchone() == (True,)


def test_an_unchanged_declaration_plans_nothing(shop: Connection) -> None:
    assert binding.plan(shop, load_store([SHOP])) == []


def test_training_reaches_the_guarded_view_and_nothing_else(shop: Connection) -> None:
    rows = shop.execute(
        "select format('%I.%I', n.nspname, c.relname) from pg_class c"
        " join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname in ('build', 'store', 'published', 'ml', 'raw')"
        " and c.relkind in ('r','v','m') and has_table_privilege('ml_training', c.oid, 'select')"
    ).fetchall()
    found = {name for (name,) in rows}
    assert found - {"ml.feature_set", "ml.feature_contract", "ml.feature_set_current"} == {
        "ml.thing_train_v"
    }


def test_the_plan_matches_its_golden_file(shop_facts: Connection) -> None:
    text = binding.explain(binding.plan(shop_facts, load_store([SHOP])))
    assert text == GOLDEN.read_text()


def test_planning_changes_nothing(shop_facts: Connection) -> None:
    binding.plan(shop_facts, load_store([SHOP]))
    assert "build.thing_base" not in _kinds(shop_facts)
    assert shop_facts.execute("select count(*) from audit.layer_binding").fetchone() == (0,)


def test_a_changed_text_with_the_same_columns_replaces_the_view(
    shop: Connection, bind: Callable[..., Declaration]
) -> None:
    before = shop.execute("select 'store.thing_enriched'::regclass::oid").fetchone()
    bind(thing_enriched=("interval '168 hours'", "interval '72 hours'"))
    assert shop.execute("select 'store.thing_enriched'::regclass::oid").fetchone() == before
    (text,) = shop.execute(
        "select pg_get_viewdef('ml.thing_enriched_mv'::regclass)"
    ).fetchone() or ("",)
    assert "72:00:00" in text


def test_changed_columns_rebuild_the_layer_and_what_stands_on_it(
    shop: Connection, tmp_path: Path
) -> None:
    text = (SHOP / "ending_history.layer.sql").read_text()
    (tmp_path / "ending_history.layer.sql").write_text(text.replace("::bigint", "::integer"))
    declaration = load_store([SHOP, tmp_path])
    stages = binding.plan(shop, declaration)
    dropped = [stage.subject for stage in stages if stage.action == "drop table"]
    assert dropped == ["store.thing_enriched", "store.ending_history"]
    binding.apply(shop, declaration, stages)
    assert binding.plan(shop, declaration) == []


def test_a_view_changed_behind_our_back_is_bound_again(shop: Connection) -> None:
    with acting_as_owner(shop):
        shop.execute(
            "create or replace view ml.thing_features_v as"
            " select grp, item, t0, t0_day, amount + 1 as amount, label, ended_n, lasted_median_s,"
            " offered_n, offered_median from store.thing_enriched"
        )
    subjects = [stage.subject for stage in binding.plan(shop, load_store([SHOP]))]
    assert "ml.thing_features_v" in subjects


def test_the_same_rules_declared_again_leave_the_door_open(shop: Connection) -> None:
    cause = "select s.cause from audit.stamp as s where s.relid = 'ml.thing_features_v'::regclass"
    document = json.loads(payload(load_store([SHOP])))
    assert document["invariants"]

    def moved_by(change: dict[str, object]) -> str:
        with acting_as_owner(shop):
            shop.execute("update audit.stamp set cause = 'nothing'")
            shop.execute("select audit.register_store(%s)", [json.dumps(document | change)])
            return str((shop.execute(cause).fetchone() or ("",))[0])

    assert "invariant" not in moved_by({"budgets": []})
    assert "DELETE of invariant negative_amount" in moved_by({"invariants": []})
    assert "INSERT of invariant negative_amount" in moved_by({})


def test_a_text_that_does_not_bind_is_named_with_its_line(
    shop: Connection, bind: Callable[..., Declaration]
) -> None:
    with pytest.raises(DeclarationError) as caught:
        bind(thing_base=("s.amount,", "s.amuont,"))
    assert caught.value.reason == "text_does_not_bind"
    assert "thing_base.layer.sql:11" in str(caught.value)


def test_an_entrypoint_column_without_a_clock_is_refused(
    shop: Connection, bind: Callable[..., Declaration]
) -> None:
    with pytest.raises(DeclarationError) as caught:
        bind(thing_features_v=("e.offered_median", "e.offered_median, 1 as extra"))
    assert caught.value.reason == "column_without_clock"


def test_an_entrypoint_cannot_name_facts_bare(
    shop: Connection, bind: Callable[..., Declaration]
) -> None:
    with pytest.raises(DeclarationError) as caught:
        bind(thing_features_v=("from thing_enriched as e", "from thing_enriched as e, sighting"))
    assert caught.value.reason == "text_does_not_bind"


def test_a_relation_of_somebody_else_is_never_touched(shop: Connection) -> None:
    with acting_as_owner(shop):
        shop.execute("drop view ml.thing_train_v")
    shop.execute("create table ml.thing_train_v (x integer)")
    with pytest.raises(InstallRefused, match="is not ours"):
        binding.plan(shop, load_store([SHOP]))


def test_a_failing_stage_leaves_the_database_as_it_was(shop: Connection, tmp_path: Path) -> None:
    text = (SHOP / "thing_base.layer.sql").read_text()
    (tmp_path / "thing_base.layer.sql").write_text(text.replace("s.amount,", "s.amount, 1 as one,"))
    shop.execute("create view public.mine as select grp from store.thing_base")
    declaration = load_store([SHOP, tmp_path])
    before = _kinds(shop)
    with pytest.raises(psycopg.errors.DependentObjectsStillExist):
        binding.apply(shop, declaration, binding.plan(shop, declaration))
    assert _kinds(shop) == before
