"""Every guarded view of the real market has the one form that guards; none was forgotten."""

from __future__ import annotations

from tests.attack.plan import objections
from tests.proof.world import Conn


def test_every_guarded_view_is_guarded(market_conn: Conn) -> None:
    views = [
        view
        for (view,) in market_conn.execute(
            "select e.guarded_view from audit.entrypoint as e order by 1"
        )
    ]
    assert len(views) >= 2
    found = [text for view in views for text in objections(market_conn, view, "raw.run")]
    assert found == []


def test_readers_see_guarded_views_only(market_conn: Conn) -> None:
    """Everything ml_training may select from: doors, and the registry's public face."""
    rows = market_conn.execute(
        "select format('%I.%I', n.nspname, c.relname) from pg_class as c"
        " join pg_namespace as n on n.oid = c.relnamespace"
        " where n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')"
        " and c.relkind in ('r', 'p', 'v', 'm', 'f')"
        " and has_schema_privilege('ml_training', n.oid, 'usage')"
        " and (has_table_privilege('ml_training', c.oid, 'select')"
        "  or has_any_column_privilege('ml_training', c.oid, 'select'))"
        " and not exists (select from audit.entrypoint as e where e.guarded_relid = c.oid)"
        " order by 1"
    ).fetchall()
    assert {name for (name,) in rows} <= ALLOWED


#: Readable by design: what the doors say, contracts and what a model records about itself.
ALLOWED = {
    "audit.t0_cert_registry",
    "audit.t0_block_coverage",
    "ml.feature_set",
    "ml.feature_contract",
    "ml.feature_set_current",
    "ml.model_registry",
    "ml.model_feature_importance_v1",
    "ml.predictions_v1",
    "ref.market",
}
