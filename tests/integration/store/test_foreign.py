"""A view of somebody else is sealed, certified, served, voided and given back as it was."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from tests.databases import Database

from timeseal.errors import InstallRefused, UsageError
from timeseal.seal import certificate, foreign
from timeseal.seal.foreign import Seal
from timeseal.seal.roles import Connection

LAB = (Path(__file__).parent / "lab" / "lab.sql").read_text()
CATALOGUE = (Path(__file__).parent / "lab" / "catalogue.sql").read_text()
PLAIN = Seal("lab.plain_v", ("id", "batch"), "taken_at")


@pytest.fixture
def lab(sealed_db: Database) -> Connection:
    """Somebody's tables and views beside an installed engine."""
    conn = sealed_db.connect()
    conn.execute(LAB.encode())
    return conn


def _training(database: Database, query: str) -> object:
    with database.connect("training") as conn:
        row = conn.execute(query.encode()).fetchone()
    return row[0] if row else None


def test_a_sealed_view_is_certified_and_served_to_training(
    lab: Connection, sealed_db: Database
) -> None:
    done = foreign.add(lab, PLAIN)
    assert (done.status, done.entrypoint) == ("CERTIFIED", "lab.plain_v")
    assert _training(sealed_db, "select count(*) from lab.plain_v_train_v") == 50
    for relation in ("lab.plain_v", "lab.sample"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            _training(sealed_db, f"select count(*) from {relation}")


def test_whoever_certifies_may_name_the_view_until_the_seal_goes(
    lab: Connection, sealed_db: Database
) -> None:
    foreign.add(lab, PLAIN)
    with sealed_db.connect("certifier") as conn:
        conn.execute("call audit.capture_viewdef_baseline('lab.plain_v'::regclass)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("select count(*) from lab.plain_v")
    foreign.remove(lab, "lab.plain_v")
    with (
        sealed_db.connect("certifier") as conn,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        conn.execute("select 'lab.plain_v'::regclass")


def test_a_write_below_a_sealed_view_closes_the_door(lab: Connection, sealed_db: Database) -> None:
    foreign.add(lab, PLAIN)
    lab.execute("update lab.sample set value = value + 1 where id = 7")
    with pytest.raises(psycopg.DatabaseError) as caught:
        _training(sealed_db, "select count(*) from lab.plain_v_train_v")
    assert caught.value.sqlstate == "TS001"
    assert not certificate.certify(lab, "lab.plain_v").is_certified


def test_mixed_case_names_and_plain_timestamps_are_sealed(
    lab: Connection, sealed_db: Database
) -> None:
    done = foreign.add(lab, Seal('"Shop Floor"."Reading V"', ("Key",), "When"))
    assert done.entrypoint == '"Shop Floor"."Reading V"'
    assert done.status == "CERTIFIED"
    assert _training(sealed_db, 'select sum("Val") from "Shop Floor"."Reading V_train_v"') == 45


def test_a_day_column_may_be_named(lab: Connection) -> None:
    assert foreign.add(lab, Seal("lab.dated_v", ("ID", "batch"), "t", day="d")).is_certified


@pytest.mark.parametrize("view", ["lab.plain_v", '"Shop Floor"."Reading V"'])
def test_removing_the_seal_leaves_the_catalogue_as_it_was(lab: Connection, view: str) -> None:
    key, t0 = (("id", "batch"), "taken_at") if "lab" in view else (("Key",), "When")
    before = lab.execute(CATALOGUE.encode()).fetchall()
    foreign.add(lab, Seal(view, key, t0))
    assert lab.execute(CATALOGUE.encode()).fetchall() != before
    foreign.remove(lab, view)
    assert lab.execute(CATALOGUE.encode()).fetchall() == before
    assert lab.execute("select count(*) from audit.t0_cert_run").fetchone() == (1,)


def test_a_table_below_two_seals_stays_watched_until_the_last_goes(lab: Connection) -> None:
    before = lab.execute(CATALOGUE.encode()).fetchall()
    foreign.add(lab, PLAIN)
    foreign.add(lab, Seal("lab.dated_v", ("id", "batch"), "t"))
    foreign.remove(lab, "lab.plain_v")
    cause = certificate.door_cause(lab, "lab.dated_v")
    assert cause is None
    lab.execute("update lab.sample set value = value + 1 where id = 7")
    assert certificate.door_cause(lab, "lab.dated_v") is not None
    foreign.remove(lab, "lab.dated_v_train_v")
    assert lab.execute(CATALOGUE.encode()).fetchall() == before


def test_a_view_sealed_again_needs_a_new_certificate(lab: Connection) -> None:
    foreign.add(lab, PLAIN)
    foreign.remove(lab, "lab.plain_v")
    lab.execute("update lab.sample set value = value + 1 where id = 7")
    again = foreign.add(lab, PLAIN)
    assert not again.is_certified
    assert any(check.gate == "drift" for check in again.checks if check.status == "failed")


def test_the_plan_says_everything_before_it_happens(lab: Connection) -> None:
    before = lab.execute(CATALOGUE.encode()).fetchall()
    stages = foreign.plan_add(lab, PLAIN)
    assert lab.execute(CATALOGUE.encode()).fetchall() == before
    text = "\n".join(stage.statement for stage in stages)
    for word in ("grant usage on schema", "create or replace trigger", "cert_guard('lab.plain_v'"):
        assert word in text
    assert lab.execute("select count(*) from audit.entrypoint").fetchone() == (0,)


def test_a_failed_first_certification_is_returned_and_recorded(lab: Connection) -> None:
    lab.execute("create view lab.now_v as select id, batch, taken_at, now() as s from lab.sample")
    done = foreign.add(lab, Seal("lab.now_v", ("id", "batch"), "taken_at"))
    assert done.status == "FAILED"
    assert certificate.door_cause(lab, "lab.now_v") is not None


@pytest.mark.parametrize(
    ("seal", "says"),
    [
        (Seal("lab.nothing", ("id",), "taken_at"), "there is no view lab.nothing"),
        (Seal("lab..x", ("id",), "taken_at"), "there is no view lab..x"),
        (Seal("lab.sample", ("id",), "taken_at"), "is not a view"),
        (Seal("lab.sample_v", (), "taken_at"), "needs a key"),
        (Seal("lab.sample_v", ("nope",), "taken_at"), "has no column nope"),
        (Seal("lab.sample_v", ("id",), "nope"), "has no column nope"),
        (Seal("lab.sample_v", ("share",), "taken_at"), "cannot be part of a key"),
        (Seal("lab.sample_v", ("id",), "value"), "is no time"),
        (Seal("lab.sample_v", ("id",), "taken_at", day="taken_at"), "is no day"),
        (Seal("Shop Floor.Reading V", ("Key",), "When"), '\'"Shop Floor"."Reading V"\''),
        (Seal('"Shop Floor"."Reading V"', ("key",), "When"), "write it as the view spells it: Key"),
    ],
)
def test_what_cannot_be_sealed_is_refused_by_name(lab: Connection, seal: Seal, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        foreign.add(lab, seal)
    assert says in str(caught.value)
    assert caught.value.hint


def test_sealing_twice_and_removing_nothing_are_usage_errors(lab: Connection) -> None:
    foreign.add(lab, PLAIN)
    with pytest.raises(UsageError, match="sealed already"):
        foreign.add(lab, PLAIN)
    with pytest.raises(UsageError, match="is not a sealed foreign view"):
        foreign.remove(lab, "lab.dated_v")


def test_a_taken_name_of_the_guarded_view_is_refused(lab: Connection) -> None:
    lab.execute("create table lab.plain_v_train_v (x integer)")
    with pytest.raises(UsageError, match="is taken"):
        foreign.add(lab, PLAIN)


def test_a_missing_right_names_the_statement_that_mends_it(lab: Connection) -> None:
    lab.execute(
        "create role lab_admin login createrole;"
        "grant timeseal_owner, timeseal_certifier to lab_admin;"
        "grant usage on schema lab to lab_admin;"
        "grant select on all tables in schema lab to lab_admin"
    )
    try:
        lab.execute("set session authorization lab_admin")
        with pytest.raises(InstallRefused) as caught:
            foreign.add(lab, PLAIN)
        hint = caught.value.hint or ""
        assert "grant" in hint or "trigger" in hint
        lab.execute("reset session authorization")
        lab.execute(
            "alter schema lab owner to lab_admin; alter table lab.sample owner to lab_admin;"
            "alter view lab.plain_v owner to lab_admin"
        )
        before = lab.execute(CATALOGUE.encode()).fetchall()
        lab.execute("set session authorization lab_admin")
        assert foreign.add(lab, PLAIN).is_certified
        foreign.remove(lab, "lab.plain_v")
        lab.execute("reset session authorization")
        assert lab.execute(CATALOGUE.encode()).fetchall() == before
    finally:
        lab.execute("reset session authorization")
        lab.execute("drop owned by lab_admin cascade; drop role lab_admin")


def test_names_are_split_as_csv() -> None:
    assert foreign.names('a, "B, c",d') == ("a", "B, c", "d")


def test_a_view_named_like_an_alias_of_ours_is_no_bypass(lab: Connection) -> None:
    lab.execute("create view lab.f as select s.id, s.batch, s.taken_at from lab.sample as s")
    foreign.add(lab, Seal("lab.f", ("id", "batch"), "taken_at"))
    query = "select gate, object from audit.doctor() where level <> 'boundary'"
    assert lab.execute(query).fetchall() == []


def test_the_doctor_calls_a_stranger_s_grants_a_warning(lab: Connection) -> None:
    foreign.add(lab, PLAIN)
    query = "select level, object from audit.doctor() where level <> 'boundary'"
    assert lab.execute(query).fetchall() == []
    lab.execute("grant select on lab.sample to ml_training")
    assert lab.execute(query).fetchall() == [("warning", "lab.sample")]
    lab.execute("grant select on lab.plain_v to ml_training")
    assert ("blocking", "lab.plain_v") in lab.execute(query).fetchall()
