"""Frames from Python: every spine row once, in order, with what was known before its t0."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pandas
import polars
import psycopg
import pyarrow as pa
import pytest
from psycopg import sql

import timeseal
from timeseal.errors import ClaimFailed, UsageError

Make = Callable[[str, list[tuple[Any, ...]]], str]
PRICE = "item int, shop int, event_time timestamptz, known_at timestamptz, price float8"


def day(number: int, hour: int = 0) -> datetime:
    return datetime(2026, 1, number, hour, tzinfo=UTC)


@pytest.fixture
def dsn(asof_db: Any) -> str:
    return str(asof_db.server.dsn(asof_db.name))


@pytest.fixture
def make(admin: Any) -> Any:
    """Tables of a schema of the test's own, gone afterwards."""
    admin.execute('create schema "Facts"')

    def one(columns: str, rows: list[tuple[Any, ...]]) -> str:
        admin.execute(sql.SQL('create table "Facts"."Prices" ({})').format(sql.SQL(columns)))
        for row in rows:
            marks = sql.SQL(", ").join([sql.Placeholder()] * len(row))
            admin.execute(sql.SQL('insert into "Facts"."Prices" values ({})').format(marks), row)
        return '"Facts"."Prices"'

    yield one
    admin.execute('drop schema "Facts" cascade')


def spine(*rows: tuple[int | None, int | None, datetime | None]) -> pa.Table:
    return pa.table(
        {
            "item": pa.array([row[0] for row in rows], pa.int64()),
            "shop": pa.array([row[1] for row in rows], pa.int64()),
            "t0": pa.array([row[2] for row in rows], pa.timestamp("us", "UTC")),
            "label": pa.array([float("nan")] * len(rows)),
        }
    )


def prices(relation: str, **options: Any) -> timeseal.AsofView:
    return timeseal.AsofView(
        relation,
        **{"key": ["item", "shop"], "known_at": "known_at", "columns": ["price"], **options},
    )


def got(table: pa.Table, column: str = "price") -> list[Any]:
    return list(table.column(column).to_pylist())


def test_composite_keys_never_collide(dsn: str, make: Make) -> None:
    relation = make(PRICE, [(1, 23, day(1), day(1), 100.0), (12, 3, day(2), day(2), 999.0)])
    found = timeseal.join_asof(dsn, spine((12, 3, day(5)), (1, 23, day(5))), [prices(relation)])
    assert got(found) == [999.0, 100.0]


def test_a_late_correction_counts_from_when_it_is_known(dsn: str, make: Make) -> None:
    relation = make(
        PRICE,
        [
            (1, 1, day(1), day(20), 77.0),  # corrects the first, and arrives after the second
            (1, 1, day(1), day(1), 10.0),
            (1, 1, day(3), day(3), 30.0),
        ],
    )
    asked = spine((1, 1, day(2)), (1, 1, day(4)), (1, 1, day(21)))
    both = prices(relation, event_time="event_time")
    assert got(timeseal.join_asof(dsn, asked, [both])) == [10.0, 30.0, 30.0]
    assert got(timeseal.join_asof(dsn, asked, [prices(relation)])) == [10.0, 30.0, 77.0]
    blind = prices(relation, known_at=None, event_time="event_time", event_time_only=True,
                   on_tie="values")  # fmt: skip
    leaking = timeseal.join_asof(dsn, asked, [blind])
    assert got(leaking) == [77.0, 30.0, 30.0]
    assert json.loads(leaking.schema.metadata[b"timeseal"])["event_time_only"] is True


def test_a_fact_of_the_same_instant_is_not_yet_known(dsn: str, make: Make) -> None:
    relation = make(PRICE, [(1, 1, day(1), day(2), 2.0), (1, 1, day(1), day(1), 1.0)])
    found = timeseal.join_asof(dsn, spine((1, 1, day(2)), (1, 1, day(1))), [prices(relation)])
    assert got(found) == [1.0, None]


def test_no_row_is_lost_and_the_order_is_the_spines(dsn: str, make: Make) -> None:
    relation = make(PRICE, [(1, 1, day(1), day(1), 1.0), (2, 1, day(9), day(9), 2.0),
                            (None, 1, day(1), day(1), 3.0), (3, 1, day(1), None, 4.0)])  # fmt: skip
    rows = [
        (2, 1, day(5)), (1, 1, day(5)), (None, 1, day(5)), (1, 1, day(5)), (3, 1, day(5)),
        (1, 1, None), (7, 7, day(5)), (1, None, day(5)),
    ]  # fmt: skip
    asked = spine(*rows)
    found = timeseal.join_asof(dsn, asked, [prices(relation)])
    assert got(found) == [None, 1.0, None, 1.0, None, None, None, None]
    for name in ("item", "shop", "t0"):
        assert found.column(name) == asked.column(name)
    assert (
        found.column("label").chunk(0).buffers()[1] == asked.column("label").chunk(0).buffers()[1]
    )


@pytest.mark.parametrize("strategy", ["lateral", "merge", "ranges"])
def test_a_tie_is_named_or_decided(dsn: str, make: Make, strategy: Any) -> None:
    relation = make(PRICE, [(1, 8, day(1), day(1), 5.0), (1, 8, day(1), day(1), 6.0),
                            (1, 8, day(3), day(3), 7.0)])  # fmt: skip
    tied = spine((1, 8, day(5)), (1, 8, day(2)))
    with pytest.raises(
        ClaimFailed, match=r"(?s)item 1, shop 8, t0 2026-01-02.*tie_breakers"
    ) as error:
        timeseal.join_asof(dsn, tied, [prices(relation)], strategy=strategy)
    assert '"Facts"."Prices"' in str(error.value)
    for options in ({"tie_breakers": ["price"]}, {"on_tie": "values"}):
        found = timeseal.join_asof(dsn, tied, [prices(relation, **options)], strategy=strategy)
        assert got(found) == [7.0, 6.0]
    passed = timeseal.join_asof(dsn, spine((1, 8, day(5))), [prices(relation)], strategy=strategy)
    assert got(passed) == [7.0]  # facts tie, but not the newest


def test_a_unique_index_of_a_parent_proves_nothing(dsn: str, make: Make, admin: Any) -> None:
    relation = make(PRICE, [(1, 1, day(1), day(1), 5.0)])
    admin.execute('create unique index on "Facts"."Prices" (item, shop, known_at)')
    admin.execute('create table "Facts".more () inherits ("Facts"."Prices")')
    admin.execute('insert into "Facts".more table "Facts"."Prices"')
    with pytest.raises(ClaimFailed, match="tie for"):
        timeseal.join_asof(dsn, spine((1, 1, day(5))), [prices(relation)], strategy="lateral")


@pytest.mark.parametrize("strategy", ["lateral", "merge", "ranges"])
def test_a_unique_index_of_another_equality_proves_nothing(
    dsn: str, make: Make, admin: Any, strategy: Any
) -> None:
    """What the column calls equal, an index under another collation tells apart."""
    try:
        admin.execute(
            'create collation "Facts".loose'
            " (provider = icu, locale = 'und-u-ks-level2', deterministic = false)"
        )
    except psycopg.errors.FeatureNotSupported:
        pytest.skip("this server was built without ICU: no collation of it calls two texts equal")
    relation = make(
        'item text collate "Facts".loose, known_at timestamptz not null, price int',
        [("A", day(1), 1), ("a", day(1), 2)],
    )
    admin.execute('create unique index on "Facts"."Prices" (item collate "C", known_at)')
    asked = pa.table({"item": ["a"], "t0": pa.array([day(5)], pa.timestamp("us", "UTC"))})
    with pytest.raises(ClaimFailed, match="tie for"):
        timeseal.join_asof(dsn, asked, [prices(relation, key=["item"])], strategy=strategy)


@pytest.mark.parametrize("strategy", ["lateral", "merge", "ranges"])
def test_equal_values_written_differently_are_decided_by_their_text(
    dsn: str, make: Make, strategy: Any
) -> None:
    for written in (["1.0", "1.00"], ["1.00", "1.0"]):
        relation = make(
            "item int, shop int, known_at timestamptz, price numeric",
            [(1, 8, day(1), Decimal(one)) for one in written],
        )
        found = timeseal.join_asof(
            dsn, spine((1, 8, day(2))), [prices(relation, on_tie="values")], strategy=strategy
        )
        assert str(got(found)[0]) == "1.00"
        admin = psycopg.connect(dsn, autocommit=True)
        admin.execute('drop table "Facts"."Prices"')
        admin.close()


def test_embargo_and_age_limit(dsn: str, make: Make) -> None:
    relation = make(PRICE, [(1, 1, day(1), day(1), 1.0), (1, 1, day(3), day(3), 3.0)])
    view = prices(relation, event_time="event_time", embargo=timedelta(days=1),
                  max_age=timedelta(days=2), with_age=True, with_known_at=True)  # fmt: skip
    asked = spine(*((1, 1, when) for when in (day(2), day(2, 1), day(4), day(4, 1), day(6))))
    found = timeseal.join_asof(dsn, asked, [view])
    assert got(found) == [None, 1.0, None, 3.0, None]
    assert got(found, "age") == [None, 25 * 3600.0, None, 25 * 3600.0, None]
    assert got(found, "known_at") == [None, day(1), None, day(3), None]


@pytest.mark.parametrize("side", ["spine", "facts"])
def test_times_without_a_zone_are_utc(dsn: str, make: Make, admin: Any, side: str) -> None:
    relation = make(PRICE, [(1, 1, day(1), day(2), 1.0), (1, 1, day(1), day(4, 12), 2.0)])
    admin.execute(f"alter database {admin.info.dbname} set timezone = 'Asia/Tokyo'".encode())
    try:
        if side == "spine":
            for kind, values in (
                (pa.timestamp("us"), [datetime(2026, 1, 2), datetime(2026, 1, 2, 0, 0, 1)]),
                (pa.date32(), [date(2026, 1, 2), date(2026, 1, 3)]),
                (pa.timestamp("us", "Asia/Tokyo"), [day(2), day(3)]),
            ):
                asked = spine((1, 1, None), (1, 1, None)).set_column(
                    2, "t0", pa.array(values, kind)
                )
                found = timeseal.join_asof(dsn, asked, [prices(relation)])
                assert got(found) == [None, 1.0]
        else:
            admin.execute('alter table "Facts"."Prices" alter known_at type date'
                          " using (known_at at time zone 'UTC')::date")  # fmt: skip
            asked = spine((1, 1, day(2, 23)), (1, 1, day(3)), (1, 1, day(4, 23)), (1, 1, day(5)))
            for strategy in ("lateral", "merge", "ranges"):
                found = timeseal.join_asof(dsn, asked, [prices(relation)], strategy=strategy)
                assert got(found) == [None, 1.0, 1.0, 2.0]
            admin.execute('alter table "Facts"."Prices" alter known_at type timestamp')
            found = timeseal.join_asof(
                dsn, spine((1, 1, day(4)), (1, 1, day(4, 1))), [prices(relation)]
            )
            assert got(found) == [1.0, 2.0]
    finally:
        admin.execute(f"alter database {admin.info.dbname} reset timezone".encode())


def test_empty_spines_and_empty_facts(dsn: str, make: Make) -> None:
    relation = make(PRICE, [])
    assert got(timeseal.join_asof(dsn, spine((1, 1, day(1))), [prices(relation)])) == [None]
    empty = timeseal.join_asof(dsn, spine(), [prices(relation)])
    assert empty.num_rows == 0
    assert empty.column_names == ["item", "shop", "t0", "label", "price"]


def test_strange_values_come_as_they_are(dsn: str, make: Make) -> None:
    relation = make(
        'k uuid, "Known At" timestamptz, x float8, j jsonb, a int[], n numeric',
        [("00000000-0000-0000-0000-00000000000a", day(1), value, "{}", [1, None], "1.50")
         for value in (float("nan"),)],
    )  # fmt: skip
    asked = pa.table({"k": ["00000000-0000-0000-0000-00000000000A", None], "t0": [day(2), day(2)]})
    view = timeseal.AsofView(relation, key=["k"], known_at="Known At", prefix="p.")
    found = timeseal.join_asof(dsn, asked, [view])
    assert found.column_names == ["k", "t0", "p.x", "p.j", "p.a", "p.n"]
    assert str(got(found, "p.x")[0]) == "nan"
    assert got(found, "p.a") == [[1, None], None]
    assert got(found, "k")[0].endswith("A")


def test_twelve_views_and_every_kind_of_frame(dsn: str, make: Make) -> None:
    relation = make(PRICE, [(1, 1, day(n), day(n), float(n)) for n in range(1, 13)])
    views = [prices(relation, prefix=f"v{n}_", event_time="event_time",
                    embargo=timedelta(days=n)) for n in range(12)]  # fmt: skip
    arrow = spine((1, 1, day(13)), (1, 1, day(2)))
    frames = [arrow, arrow.to_pandas(), polars.DataFrame(arrow)]
    assert isinstance(frames[1], pandas.DataFrame)
    for frame in frames:
        found = timeseal.join_asof(dsn, frame, views)
        assert [got(found, f"v{n}_price")[0] for n in range(12)] == [12.0 - n for n in range(12)]
        assert got(found, "v0_price")[1] == 1.0
        assert got(found, "v1_price")[1] is None


def test_a_relation_as_spine_and_a_connection_as_source(admin: Any, make: Make) -> None:
    relation = make(PRICE, [(1, 1, day(1), day(1), 1.0), (2, 1, day(1), day(1), 2.0)])
    admin.execute('create table "Facts".asks as select 3 - n as item, 1 as shop,'
                  " timestamptz '2026-01-05Z' + n * interval '1 hour' as t0"
                  " from generate_series(1, 2) as n")  # fmt: skip
    found = timeseal.join_asof(admin, '"Facts".asks', [prices(relation)])
    assert got(found) == [2.0, 1.0]
    assert got(found, "item") == [2, 1]
    back = timeseal.join_asof(admin, '"Facts".asks', [prices(relation)], order_by=["item"])
    assert got(back) == [1.0, 2.0]


def test_sessions_share_the_work_and_the_snapshot(dsn: str, make: Make) -> None:
    relation = make(PRICE, [(n, 1, day(1), day(1), float(n)) for n in range(50)])
    asked = spine(*((n * 7 % 60, 1, day(2)) for n in range(200)))
    expected = [float(n * 7 % 60) if n * 7 % 60 < 50 else None for n in range(200)]
    for workers in (1, 3):
        found = timeseal.join_asof(
            dsn, asked, [prices(relation)], strategy="lateral", workers=workers
        )
        assert got(found) == expected


def refused(
    dsn: str, relation: str, text: str, asked: pa.Table | None = None, **options: Any
) -> None:
    with pytest.raises(UsageError) as error:
        timeseal.join_asof(
            dsn, spine((1, 1, day(1))) if asked is None else asked, [prices(relation, **options)]
        )
    assert text in str(error.value)
    assert error.value.hint


def test_what_does_not_fit_is_refused_by_name(dsn: str, make: Make) -> None:
    relation = make(PRICE + ", note text", [])
    refused(dsn, relation, "declares no known_at", known_at=None)
    refused(dsn, relation, "declares no known_at", known_at=None, event_time="event_time")
    refused(dsn, relation, "has no column prise", columns=["prise"])
    refused(dsn, relation, "has no column known", known_at="known")
    refused(dsn, relation, "is no time", known_at="price")
    refused(dsn, relation, "would come twice", columns=["item"])
    labelled = spine((1, 1, day(1))).append_column("note", pa.array(["a"]))
    refused(dsn, relation, "column note would come twice", asked=labelled, columns=["note"])
    refused(dsn, relation, "no exact span", embargo=timedelta(hours=-1))
    refused(dsn, relation, "does not map", spine_key=["item"])
    refused(dsn, relation, "does not have the columns", spine_key=["item", "place"])
    refused(dsn, "facts.prices", "there is no relation facts.prices")
    texts = spine((1, 1, day(1))).set_column(0, "item", pa.array(["1"]))
    refused(dsn, relation, "integer", asked=texts)
    refused(dsn, relation, "text in the spine", asked=texts)
    refused(dsn, relation, "bigint in the spine", spine_key=["item", "shop"], key=["note", "shop"])
    moments = pa.array([1_000_000_001], pa.timestamp("ns", "UTC"))
    refused(
        dsn,
        relation,
        "cannot be sent exactly",
        asked=spine((1, 1, day(1))).set_column(2, "t0", moments),
    )
    beyond = pa.array([-2_147_472_692], pa.date32())
    refused(
        dsn,
        relation,
        "a time that PostgreSQL does not have",
        asked=spine((1, 1, day(1))).set_column(2, "t0", beyond),
    )
    with pytest.raises(UsageError, match="no views"):
        timeseal.join_asof(dsn, spine(), [])


def test_a_key_with_an_equality_of_its_own_is_refused(dsn: str, make: Make, admin: Any) -> None:
    admin.execute('create type "Facts".pair as (a int, b int)')
    relation = make('item "Facts".pair, shop int, known_at timestamptz, price int', [])
    asked = spine((1, 1, day(1)))
    refused(dsn, relation, "an equality of its own", asked=asked)


def test_plans_say_why(dsn: str, make: Make, admin: Any) -> None:
    relation = make(PRICE, [])
    admin.execute('insert into "Facts"."Prices" select n % 1000, 1, timestamptz \'2026-01-01Z\','
                  " timestamptz '2026-01-01Z' + n * interval '1 second', n"
                  " from generate_series(1, 50000) as n")  # fmt: skip
    admin.execute('analyze "Facts"."Prices"')
    asked = spine(*((n % 1000, 1, day(2)) for n in range(2000)))
    (bare,) = timeseal.plan_asof(dsn, asked, [prices(relation)])
    assert bare.strategy != "lateral"
    assert 'create index on "Facts"."Prices" (item, shop, known_at) include (price)' in bare.reason
    admin.execute('create index by_key on "Facts"."Prices" (item, shop, known_at) include (price)')
    admin.execute('vacuum analyze "Facts"."Prices"')
    (served,) = timeseal.plan_asof(dsn, asked, [prices(relation)])
    assert served.strategy == "lateral"
    assert "by_key" in served.reason
    assert served.costs["lateral"] < served.costs["merge"]
    first = timeseal.join_asof(dsn, asked, [prices(relation)])
    for strategy in ("merge", "ranges"):
        other = timeseal.join_asof(dsn, asked, [prices(relation)], strategy=strategy)
        assert other.column("price") == first.column("price")
