"""Loading a world: whole days or none, once, on from where it stopped, the dirt apart."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from typing import Any

import psycopg
import pytest
from tests.databases import Database
from tests.integration.phones_world.conftest import PLAN
from tests.phones import SOURCES, days

from timeseal.errors import UsageError
from timeseal.market.verticals.phones import load
from timeseal.market.verticals.phones.load import WorldReport, load_phones
from timeseal.market.verticals.phones.world.generator import Plan
from timeseal.market.verticals.phones.world.record import COLUMNS, Facts

pytestmark = pytest.mark.one_major

Loaded = tuple[Database, WorldReport]


@pytest.fixture(scope="module")
def generated() -> list[Facts]:
    return [one.facts for one in days(PLAN)]


def count(conn: psycopg.Connection[Any], relation: str) -> int:
    found = conn.execute(f"select count(*) from {relation}").fetchone()
    assert found is not None
    return int(found[0])


def stored(database: Database) -> dict[str, str]:
    """Digest of every fact table, but for run numbers; and the runs that carried them."""
    admin = database.connect()
    digests = {
        relation: str(
            admin.execute(
                f"select md5(string_agg(t::text, '|' order by t::text))"
                f" from (select {', '.join(columns)} from {relation}) as t"
            ).fetchone()
        )
        for relation, columns in COLUMNS.items()
    }
    runs = admin.execute(
        "select string_agg(concat_ws(' ', payload_sha256, rows_in, rows_new, rows_quarantined,"
        " observed_until), '|' order by payload_sha256)"
        " from raw.run where status = 'closed' and kind = 'backfill'"
    )
    return {**digests, "runs": str(runs.fetchone())}


def test_the_planner_knows_what_a_load_brought(phones: Loaded) -> None:
    admin = phones[0].connect()
    for relation in COLUMNS:
        believed = admin.execute(
            "select c.reltuples from pg_class as c where c.oid = %s::regclass", (relation,)
        ).fetchone()
        assert believed is not None
        # what came since the last time is less than a fifth
        assert believed[0] > count(admin, relation) / 1.25, relation


def test_every_line_is_a_row_of_its_day(phones: Loaded, generated: list[Facts]) -> None:
    database, report = phones
    admin = database.connect()
    for relation in COLUMNS:
        lines = sum(len(one.lines[relation]) for one in generated)
        assert count(admin, relation) == lines == report.rows_new[relation], relation
    runs = admin.execute(
        "select count(*), count(distinct payload_sha256), bool_and(observed_until is not null)"
        " from raw.run where status = 'closed' and kind = 'backfill' and source = 'phones-world'"
    ).fetchone()
    assert runs == (PLAN.days, PLAN.days, True)
    assert count(admin, "ref.cohort") == 5


def test_texts_arrive_as_they_were_written(phones: Loaded) -> None:
    admin = phones[0].connect()
    found = admin.execute(
        "select count(*) filter (where description like E'%\\n%'),"
        " count(*) filter (where description like '%\\\\%'),"
        " count(*) filter (where title ~ '[øåæ]' or description ~ '[øåæ]') > 50"
        " from raw.listing_observation"
    ).fetchone()
    assert found is not None
    assert found[0] > 20
    assert found[1:] == (0, True)


def test_refused_pages_lie_in_quarantine_with_their_reasons(
    phones: Loaded, generated: list[Facts]
) -> None:
    database, report = phones
    found = (
        database.connect()
        .execute(
            "select q.column_name, q.reason, q.found, q.raw_line from raw.quarantine as q"
            " join raw.run as r using (run_id) where r.source = 'phones-world'"
            " order by r.run_id, q.row_number"
        )
        .fetchall()
    )
    wanted = [
        (bad.column, bad.reason, bad.found, bad.raw_line)
        for one in generated
        for bad in one.rejections
    ]
    assert found == wanted
    assert report.rows_quarantined == len(wanted) > 0


def test_loading_again_changes_nothing(phones: Loaded) -> None:
    before = stored(phones[0])
    report = load_phones(phones[0].connect("worker"), PLAN, SOURCES)
    assert (report.days_new, sum(report.rows_new.values())) == (0, 0)
    assert stored(phones[0]) == before


def test_another_world_is_refused(phones: Loaded) -> None:
    worker = phones[0].connect("worker")
    with pytest.raises(UsageError, match="another world"):
        load_phones(worker, Plan(8, PLAN.days, PLAN.listings), SOURCES)
    with pytest.raises(UsageError, match="end in the future"):
        load_phones(worker, Plan(PLAN.seed, 100_000, 100_000), SOURCES)


def test_a_load_killed_amid_a_day_goes_on_to_the_same_facts(
    phones: Loaded, empty_phones: Database
) -> None:
    assert killed_in(empty_phones, copies=13) == -signal.SIGKILL
    admin = empty_phones.connect()
    half = admin.execute(
        "select count(*) filter (where status = 'closed'), count(*) filter (where status = 'open')"
        " from raw.run where kind = 'backfill'"
    ).fetchone()
    assert half == (2, 1), "killed after the third day's run was opened"
    latest = admin.execute("select max(known_at) < '2026-03-03 23:00Z' from raw.listing_event")
    assert latest.fetchone() == (True,), "nothing of the third day is there"
    report = load_phones(empty_phones.connect("worker"), PLAN, SOURCES)
    assert report.days_new == PLAN.days - 2
    assert stored(empty_phones) == stored(phones[0])
    assert admin.execute("select count(*) from raw.run where status = 'open'").fetchone() == (0,)


def killed_in(database: Database, copies: int) -> int:
    """Load in a process of its own that is killed -9 after so many tables; returns how it ended."""
    child = os.fork()
    if child == 0:
        real, done = load._copy, 0

        def copy(
            conn: Any, relation: str, columns: Sequence[str], lines: Sequence[str], last: str
        ) -> None:
            nonlocal done
            real(conn, relation, columns, lines, last)
            done += 1
            if done == copies:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            load._copy = copy
            load_phones(database.connect("worker"), PLAN, SOURCES)
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
