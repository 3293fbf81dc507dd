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
    below = {
        name
        for (name,) in market_conn.execute(
            "select b.fqn from audit.entrypoint as e"
            " cross join lateral audit.build_closure(e.relid) as b"
        )
    }
    readable = {name for (name,) in rows}
    assert readable & below == set()
    schemas = {name.split(".")[0] for name in readable}
    assert schemas <= {"audit", "ml", "ref"}, "never raw facts, stored layers or their sources"
    assert {name for name in readable if name.startswith("audit.")} <= ALLOWED
    assert not {name for name in readable if name.endswith("_mv")}


#: Readable by design: what the doors say.
ALLOWED = {"audit.t0_cert_registry", "audit.t0_block_coverage"}
