"""Certified rows in Python: every driver is refused alike, and rows carry their certificate."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import adbc_driver_postgresql.dbapi as adbc
import pandas as pd
import polars as pl
import psycopg
import pyarrow as pa
import pytest
import sqlalchemy
from tests.databases import Database

import timeseal
from timeseal import testing
from timeseal.errors import ClaimFailed, UsageError
from timeseal.seal import certificate, foreign, reading
from timeseal.seal.foreign import Seal

LAB = (Path(__file__).parent / "lab" / "lab.sql").read_text()
KINDS = """
create view lab.kinds_v as select s.id, s.taken_at, s.value, s.share, s.value * 1.0 as exact,
  s.batch, s.id > 3 as flag, array[s.id, null] as pair, jsonb_build_object('a', s.id) as document
from lab.sample as s
"""


@pytest.fixture(scope="module")
def lab(databases: Any, sealed_template: str) -> Iterator[Database]:
    """A stranger's database with two sealed views, one of every kind of type."""
    database: Database = databases.create(sealed_template)
    admin = database.connect()
    admin.execute(LAB.encode())
    admin.execute(KINDS.encode())
    assert foreign.add(admin, Seal("lab.plain_v", ("id", "batch"), "taken_at")).is_certified
    yield database
    databases.drop(database)


@pytest.fixture
def shut(lab: Database) -> Iterator[Database]:
    """The same with a closed door, opened again afterwards."""
    admin = lab.connect()
    admin.execute("update lab.sample set value = value + 1 where id = 7")
    yield lab
    admin.execute("update lab.sample set value = value - 1 where id = 7")
    assert certificate.certify(admin, "lab.plain_v").is_certified


@pytest.fixture
def engine(lab: Database) -> Iterator[sqlalchemy.Engine]:
    """SQLAlchemy as the training role."""
    training = lab.server.dsn(lab.name, "training")
    made = sqlalchemy.create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(training)
    )
    yield made
    made.dispose()


def test_every_way_to_connect_gives_the_same_certificate(
    lab: Database, engine: sqlalchemy.Engine
) -> None:
    dsn = lab.server.dsn(lab.name, "training")
    with engine.connect() as connection:
        held = [
            timeseal.require_certified(source, "lab.plain_v")
            for source in (dsn, lab.connect("training"), engine, connection)
        ]
    held.append(timeseal.require_certified(dsn, "lab.plain_v_train_v", strict=True))
    assert set(held) == {held[0]}
    newest = certificate.current(lab.connect(), "lab.plain_v")
    assert newest is not None
    assert held[0].certificate_id == newest.certificate_id
    assert held[0].guarded_view == "lab.plain_v_train_v"
    assert held[0].dataset_rows == 50


def test_frames_hold_the_rows_and_their_certificate(lab: Database) -> None:
    training = lab.connect("training")
    arrow = timeseal.read_certified(training, "lab.plain_v")
    assert isinstance(arrow.frame, pa.Table)
    assert arrow.frame.num_rows == 50
    assert json.loads(arrow.frame.schema.metadata[b"timeseal"])["fingerprint"] == (
        arrow.certificate.fingerprint
    )
    assert arrow.frame.schema.field("value").type == pa.decimal128(8, 2)
    pandas = timeseal.read_certified(training, "lab.plain_v", kind="pandas").frame
    assert isinstance(pandas, pd.DataFrame)
    assert pandas.attrs["timeseal"]["certificate_id"] == arrow.certificate.certificate_id
    assert pandas["value"].sum() == sum(Decimal("1.50") * n for n in range(1, 51))
    polars = timeseal.read_certified(training, "lab.plain_v", columns=["id"], kind="polars").frame
    assert isinstance(polars, pl.DataFrame)
    assert polars["id"].sort().to_list() == list(range(1, 51))
    rows = timeseal.read_certified(training, "lab.plain_v", columns=["id", "value"], kind="rows")
    assert {"id": 7, "value": Decimal("10.50")} in rows.frame


def test_no_value_is_rounded_on_the_way(lab: Database) -> None:
    shape = lab.connect().execute("select * from lab.kinds_v where id = 3")
    twins = {column.name: reading._arrow_type(column) for column in shape.description or ()}
    assert twins["value"] == pa.decimal128(8, 2)
    assert twins["share"] == pa.float64()
    assert twins["taken_at"] == pa.timestamp("us", "UTC")
    assert twins["flag"] == pa.bool_()
    assert [twins[name] for name in ("exact", "pair", "document")] == [None, None, None]


def test_a_decimal_that_arrow_cannot_hold_is_refused_by_name(lab: Database) -> None:
    conn = lab.connect()
    shape = conn.execute("select 'NaN'::numeric(5, 2) as odd").description or ()
    described = [(column, reading._arrow_type(column)) for column in shape]
    held = timeseal.require_certified(conn, "lab.plain_v")
    with pytest.raises(UsageError, match="column odd"):
        reading._arrow(described, [(Decimal("NaN"),)], held)


def test_a_closed_door_refuses_every_driver_alike(
    shut: Database, engine: sqlalchemy.Engine
) -> None:
    training = shut.connect("training")
    for source in (training, engine):
        with pytest.raises(ClaimFailed, match="closed"):
            timeseal.require_certified(source, "lab.plain_v")
        with pytest.raises(ClaimFailed, match="closed"):
            timeseal.read_certified(source, "lab.plain_v")
    query = "select count(*) from lab.plain_v_train_v"
    with pytest.raises(ClaimFailed) as caught, timeseal.refusals(), engine.connect() as connection:
        connection.execute(sqlalchemy.text(query))
    assert "changed after certification" in str(caught.value)
    assert caught.value.hint == "timeseal explain lab.plain_v"
    with pytest.raises(ClaimFailed), timeseal.refusals():
        training.execute(query.encode())
    uri = shut.server.dsn(shut.name, "training")
    with (
        adbc.connect(uri) as arrow,
        arrow.cursor() as cursor,
        testing.assert_refused("changed after certification"),
    ):
        cursor.execute(query)
        cursor.fetch_arrow_table()


def test_other_errors_stay_what_they_are(lab: Database) -> None:
    training = lab.connect("training")
    with pytest.raises(psycopg.errors.UndefinedTable), timeseal.refusals():
        training.execute("select 1 from nowhere")
    with pytest.raises(UsageError, match="not a declared entrypoint"):
        timeseal.require_certified(training, "lab.sample")
    with pytest.raises(UsageError, match="no connection"):
        timeseal.require_certified(object(), "lab.plain_v")


def test_an_age_limit_is_the_readers_own(lab: Database) -> None:
    training = lab.connect("training")
    assert timeseal.require_certified(training, "lab.plain_v", max_age=timedelta(hours=1))
    for limit in (timedelta(0), timedelta(seconds=-1), timedelta(microseconds=1)):
        with pytest.raises(ClaimFailed):
            timeseal.require_certified(training, "lab.plain_v", max_age=limit)


def test_a_certificate_issued_meanwhile_is_noticed(
    lab: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Outside a repeatable-read snapshot rows and certificate could be of two certifications."""
    admin, training = lab.connect(), lab.connect("training", autocommit=False)
    training.execute("select 1")
    honest = reading._held

    def slow(conn: Any, name: str, max_age: timedelta) -> reading.Held:
        held = honest(conn, name, max_age)
        certificate.certify(admin, "lab.plain_v")
        return held

    monkeypatch.setattr(reading, "_held", slow)
    with pytest.raises(ClaimFailed, match="certified again"):
        timeseal.read_certified(training, "lab.plain_v")
    training.rollback()
    training.autocommit = True
    assert timeseal.read_certified(training, "lab.plain_v").frame.num_rows == 50


def test_assertions_hold_on_an_open_door(lab: Database) -> None:
    training = lab.connect("training")
    held = testing.assert_certified(training, "lab.plain_v")
    assert testing.assert_fingerprint(training, "lab.plain_v", held.fingerprint) == held
    with pytest.raises(AssertionError, match="other data"):
        testing.assert_fingerprint(training, "lab.plain_v", "0" * 64)
    with pytest.raises(AssertionError, match="rows came out"), testing.assert_refused():
        training.execute("select * from lab.plain_v_train_v")


def test_assertions_fire_on_a_closed_door(shut: Database) -> None:
    training = shut.connect("training")
    with pytest.raises(AssertionError, match="changed after certification"):
        testing.assert_certified(training, "lab.plain_v")
    with testing.assert_refused("changed after certification"):
        training.execute("select * from lab.plain_v_train_v")
    with (
        pytest.raises(AssertionError, match="not because of"),
        testing.assert_refused("expired"),
    ):
        training.execute("select * from lab.plain_v_train_v")
    with pytest.raises(psycopg.errors.UndefinedTable), testing.assert_refused():
        training.execute("select 1 from nowhere")
