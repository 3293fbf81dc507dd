"""What lets an unchanged store be certified without a hash, and everything that must not."""

from __future__ import annotations

from typing import Any

from tests.attack import market
from tests.attack.market import ENTRYPOINT

#: Statements after which every row has to be hashed again.
MOVED: dict[str, str] = {
    "a row updated": "update shop.price set price = price + 1 where item = 7",
    "the same values written": "update shop.price set price = price",
    "a leaf written as a replica": "set session_replication_role = replica;"
    " update shop.visit_a set visits = visits; reset session_replication_role",
    "a materialised view refreshed": "refresh materialized view shop.item_origin",
    "a definition changed": "alter function shop.doubled(integer) set timezone = 'Asia/Tokyo'",
    "a baseline day altered": "update audit.t0_dataset_hash_baseline set row_count = row_count + 1"
    " where t0_day = date '2020-01-04'",
    "the ledger went on": "insert into audit.drift_event (entrypoint, t0_day, verdict, reason)"
    f" values ('{ENTRYPOINT}', date '2020-01-04', 'refused', 'test')",
    "another key declared": "update audit.entrypoint set key_columns = '{item}'",
    "a role declared": "insert into audit.column_role (relid, column_name, role)"
    " values ('shop.price'::regclass, 'price', 'attribute')",
    "a unique index dropped": "drop index shop.item_origin_key",
    "a setting of the database": "do $$ begin execute"
    " format('alter database %I set timezone = %L', current_database(), 'Asia/Tokyo'); end $$",
    "another engine": "create or replace function audit.newest_ledger_id(p_entrypoint text)"
    " returns bigint language sql stable set search_path = pg_catalog, pg_temp as"
    " 'select /* rebuilt */ max(d.drift_id) from audit.drift_event as d"
    " where d.entrypoint = p_entrypoint'",
    "asked for": "set timeseal.full_hash = on",
    "never by stamps": "update audit.entrypoint set full_hash_every = interval '0'",
    "a certificate row altered": "alter table audit.t0_cert_run disable trigger append_only;"
    " update audit.t0_cert_run set reason = 'forged'",
}
#: Columns of the last certificate that forbid to carry it.
FORGED: dict[str, dict[str, str]] = {
    "last hash a day ago": {"full_hash_at": "full_hash_at - interval '24 hours'"},
    "last hash in the future": {"full_hash_at": "full_hash_at + interval '1 hour'"},
    "dated in the future": {
        "certified_at": "certified_at + interval '1 hour'",
        "expires_at": "expires_at + interval '1 hour'",
    },
    "failed": {"status": "'FAILED'"},
    "of another database": {"database_oid": "database_oid::bigint + 1"},
    "of another relation": {"entrypoint_relid": "entrypoint_relid::bigint + 1"},
    "a gate that did not pass": {"checks": "jsonb_set(checks, '{7,status}', '\"waived\"')"},
    "another root": {"fingerprint": "repeat('0', 64)"},
    "one version ahead": {"stamp_versions": "array_append(stamp_versions[2:], 0::bigint)"},
    "another fuse": {"fuse_value": "fuse_value - 1"},
}
#: What changes nothing that is certified.
STILL: dict[str, str] = {
    "nothing": "select 1",
    "analyzed": "analyze shop.price",
    "reindexed": "reindex table shop.price",
    "rewritten with the same rows": "cluster shop.price using price_pkey",
    "a comment": "comment on table shop.price is 'x'",
    "a table beside it": "insert into shop.unrelated (id, remark) values (1, 'x')",
    "a new table": "create table shop.new_thing (id integer)",
    "a closed transaction as a replica": "set session_replication_role = replica;"
    " insert into shop.unrelated (id) values (2); reset session_replication_role",
}


def checked(conn: market.Conn) -> str:
    """Certify; how the data was checked: rows or stamps."""
    conn.execute("select audit.certify(%s, 10)", (ENTRYPOINT,))
    return str(newest(conn)["data_checked"])


def newest(conn: market.Conn) -> dict[str, Any]:
    """The newest certificate row."""
    row = conn.execute(
        "select to_jsonb(r) from audit.t0_cert_run as r where r.entrypoint = %s"
        " order by r.run_id desc limit 1",
        (ENTRYPOINT,),
    ).fetchone()
    assert row is not None
    return dict(row[0])


def move(conn: market.Conn, name: str) -> None:
    """Bring about one of the states above."""
    if name in FORGED:
        market.reissue(conn, **FORGED[name])
    else:
        conn.execute({**MOVED, **STILL}[name].encode())
