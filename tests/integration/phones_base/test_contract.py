"""The published way to a contract, by hand: append 25 rows by name, hash the rows, check them."""

from __future__ import annotations

import pytest
from tests.databases import Database
from tests.integration.phones_base.facts import LANDMARK

pytestmark = pytest.mark.one_major

#: Rows joined by pipes, as the published hash has them; `digest` is pgcrypto's.
PAYLOAD = (
    "select c.set_id, encode({}, 'hex') as hash from (select f.set_id,"
    " string_agg(concat_ws('|', f.ordinal, f.feature_name, f.dtype, coalesce(f.expr_sql, ''),"
    " coalesce(f.leakage_rule, ''), case when f.is_nullable then '1' else '0' end), '||'"
    " order by f.ordinal) from ml.feature_contract as f group by 1)"
    " as c (set_id, payload)"
)
HASHED = {True: "digest(c.payload, 'sha256')", False: "sha256(convert_to(c.payload, 'UTF8'))"}
STAMP = (
    "update ml.feature_set as s set features_hash = p.hash, n_features = (select count(*) from"
    " ml.feature_contract as f where f.set_id = s.set_id) from ({}) as p"
    " where p.set_id = s.set_id and s.name = 'tom_features_v1'"
)
CHECK = (
    "select case when s.features_hash = p.hash then 'OK' else 'MISMATCH' end"
    " from ml.feature_set as s join ({}) as p using (set_id) where s.name = 'tom_features_v1'"
)
APPEND = f"""
insert into ml.feature_contract
  (set_id, ordinal, feature_name, dtype, expr_sql, leakage_rule, is_nullable, window_def)
select s.set_id,
  (select max(f.ordinal) from ml.feature_contract as f where f.set_id = s.set_id)
    + row_number() over (order by a.attname),
  a.attname, format_type(a.atttypid, a.atttypmod), k.expr_sql, 'clip_at_edited_date',
  a.attname in ('ai_opening_offer_ratio', 'ai_storage_gb_fixed'), k.window_def
from ml.feature_set as s
cross join pg_attribute as a
join kept as k on k.feature_name = a.attname
where s.name = 'tom_features_v1' and a.attrelid = '{LANDMARK}'::regclass
  and a.attname like 'ai\\_%' and a.attname <> 'ai_state'
  and not exists (
    select
    from ml.feature_contract as f
    where f.set_id = s.set_id and f.feature_name = a.attname
  )
"""


def test_the_published_blocks_give_the_stamp_of_the_seed(market: Database) -> None:
    """Where pgcrypto can be installed, with it; a second run of each block changes nothing."""
    conn = market.connect()
    offered = conn.execute("select from pg_available_extensions where name = 'pgcrypto'").fetchone()
    if offered is not None:
        conn.execute("create extension pgcrypto")
    payload = PAYLOAD.format(HASHED[offered is not None])
    sealed = (
        "select s.state, s.n_features, s.features_hash, s.contract_sha256 from ml.feature_set s"
    )
    seeded = conn.execute(sealed).fetchone()
    assert seeded is not None
    assert seeded[:2] == ("stamped", 51)
    assert conn.execute(CHECK.format(payload)).fetchone() == ("OK",)
    conn.execute("create temp table kept as select f.* from ml.feature_contract as f")
    conn.execute("delete from ml.feature_contract where ordinal > 26")
    assert conn.execute(CHECK.format(payload)).fetchone() == ("MISMATCH",)
    conn.execute(STAMP.format(payload))
    short = conn.execute(sealed).fetchone()
    assert short is not None
    assert short[:2] == ("stamped", 26)
    for _ in range(2):
        conn.execute(APPEND)
        conn.execute(STAMP.format(payload))
        assert conn.execute(CHECK.format(payload)).fetchone() == ("OK",)
        conn.execute("select ml.assert_feature_contract('tom_features_v1')")
        assert conn.execute(sealed).fetchone() == seeded
