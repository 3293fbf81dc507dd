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
    "an accepted definition altered": "update audit.t0_viewdef_baseline"
    " set viewdef_sha256 = repeat('0', 64) where object_fqn = 'shop.price'",
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
    "of another cluster": {
        "system_identifier": "system_identifier - 1",
        "server_started_at": "server_started_at - interval '1 microsecond'",
    },
    "of another relation": {"entrypoint_relid": "entrypoint_relid::bigint + 1"},
    "a gate that did not pass": {"checks": "jsonb_set(checks, '{7,status}', '\"waived\"')"},
    "a replay that failed": {"checks": "jsonb_set(checks, '{13,status}', '\"failed\"')"},
    "another root": {"fingerprint": "repeat('0', 64)"},
    "one version ahead": {"stamp_versions": "array_append(stamp_versions[2:], 0::bigint)"},
    "another fuse": {"fuse_value": "fuse_value - 1"},
}
#: Columns of the last certificate that forbid to carry what was judged without looking at rows.
STALE: dict[str, dict[str, str]] = {
    "judged a day ago": {
        "certified_at": "certified_at - interval '24 hours'",
        "full_hash_at": "full_hash_at - interval '24 hours'",
    },
    "order did not pass": {"checks": "jsonb_set(checks, '{2,status}', '\"waived\"')"},
    "another catalogue": {"catalog_stamp": "'another'"},
}
#: After these, stored trees are judged again too; after other writes their verdicts still hold.
JUDGED_AGAIN = (
    "a definition changed",
    "an accepted definition altered",
    "another key declared",
    "a role declared",
    "a unique index dropped",
    "a setting of the database",
    "another engine",
    "asked for",
    "never by stamps",
    "a certificate row altered",
    "dated in the future",
    "of another database",
    "of another cluster",
    "of another relation",
    *STALE,
)
DECLARE_CONTRACT = (
    "insert into ml.feature_set (name, relation_name) values ('items_v1', 'shop.item_features');"
    " insert into ml.feature_contract (set_id, ordinal, feature_name, dtype, is_nullable)"
    " select s.set_id, 1, 'price', 'int4', false from ml.feature_set as s;"
    " select ml.stamp_feature_contract('items_v1');"
    " update audit.entrypoint set contract_set = 'items_v1'"
)
#: What changes a contract, or the relation that it speaks of.
CONTRACT_MOVED: dict[str, str] = {
    "its set": "update ml.feature_set set n_features = 2",
    "its features": "update ml.feature_contract set dtype = 'int8'",
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
    forged = {**FORGED, **STALE}
    if name in forged:
        market.reissue(conn, **forged[name])
    else:
        conn.execute({**MOVED, **CONTRACT_MOVED, **STILL}[name].encode())


def carried(conn: market.Conn) -> set[str]:
    """Gates that the newest run did not judge itself."""
    return {check["gate"] for check in newest(conn)["checks"] if "carried" in check}
