"""Questions of certification: what is still served, and certified, after something went wrong.

Grain: one `Outcome` per probe and practice. Each probe gets a database of its own with the store of
bed.sql, certified once by the practice that is asked; then it does one thing and reads as a
consumer or certifies again. A practice holds when nothing uncertified came out and nothing wrong
was certified.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg

from bench.peers.practices import Practice

__all__ = ["PROBES", "Outcome", "Probe"]

Conn = psycopg.Connection[Any]
Ask = Callable[[Practice], "Outcome"]
BAD = -1
REPEAT_KEY = (
    "insert into board.price (listing_id, edited_date, price, weight)"
    " select listing_id, edited_date, price, weight from board.price where listing_id = 399"
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`holds` None: the question is not this tool's job. `said` is what it answered."""

    holds: bool | None
    said: str


@dataclass(frozen=True, slots=True)
class Probe:
    """One question; `wrong` says in one line what it means when it does not hold."""

    name: str
    recipe: str
    asks: str
    wrong: str
    ask: Ask


def _served(practice: Practice, query: str = "select price from {}") -> Outcome:
    """Read as a consumer: refusing is right, serving is wrong."""
    try:
        rows = practice.read(query)
    except psycopg.Error as error:
        return Outcome(True, f"refused: {error.diag.message_primary}")
    return Outcome(False, f"served {len(rows)} row{'s' if len(rows) != 1 else ''}")


def _not_certified(practice: Practice) -> Outcome:
    status = practice.block()
    return Outcome(not status.startswith("CERTIFIED"), status)


def withdrawn(practice: Practice) -> Outcome:
    practice.forget()
    return _served(practice)


def expired(practice: Practice) -> Outcome:
    practice.age("2 days")
    return _served(practice)


def written_after(practice: Practice) -> Outcome:
    practice.admin.execute("update board.price set price = -1 where listing_id = 399")
    return _served(practice)


def function_changed(practice: Practice) -> Outcome:
    practice.admin.execute(
        "create or replace function board.doubled(p_price integer) returns integer"
        " language sql immutable parallel safe return p_price * 3"
    )
    return _served(practice, "select price_twice from {}")


def empty_answer(practice: Practice) -> Outcome:
    practice.age("2 days")
    return _served(practice, "select exists (select from {} where listing_id = -7)")


def shadowed_clock(practice: Practice) -> Outcome:
    """A reader's own function of the same name, placed before the system's."""
    practice.age("2 days")
    practice.admin.execute(
        "create schema mine; grant usage on schema mine to public;"
        "create function mine.clock_timestamp() returns timestamptz language sql stable"
        " as $$ select timestamptz '2024-03-01 00:00:00+00' $$;"
        "create function mine.now() returns timestamptz language sql stable"
        " as $$ select timestamptz '2024-03-01 00:00:00+00' $$"
    )
    practice.reader.execute("set search_path = mine, pg_catalog, public")
    return _served(practice)


def cursor_race(practice: Practice) -> Outcome:
    """Open a cursor on bad, uncertified rows; certify good ones meanwhile; fetch."""
    practice.admin.execute("update board.price set price = -1 where listing_id = 399")
    practice.judge()
    with practice.reader.transaction(force_rollback=True):
        try:
            practice.reader.execute(
                f"declare c cursor for select price from {practice.guarded}".encode()
            )
            practice.admin.execute("update board.price set price = 499 where listing_id = 399")
            status = practice.block()
            rows = practice.reader.execute("fetch all from c").fetchall()
        except psycopg.Error as error:
            return Outcome(True, f"refused: {error.diag.message_primary}")
    bad = sum(price == BAD for (price,) in rows)
    return Outcome(bad == 0, f"{bad} bad row of {len(rows)} served while the verdict is {status}")


def duplicate_key(practice: Practice) -> Outcome:
    practice.admin.execute(REPEAT_KEY)
    practice.block()
    return _served(practice)


def clock_in_definition(practice: Practice) -> Outcome:
    practice.admin.execute(
        "create or replace view board.features as"
        " select p.listing_id, p.edited_date, p.price, p.weight,"
        " board.doubled(p.price) as price_twice"
        " from board.price as p where p.edited_date < now()"
    )
    return _not_certified(practice)


def recent_corruption(practice: Practice) -> Outcome:
    practice.admin.execute("update board.price set price = 1 where listing_id >= 350")
    return _not_certified(practice)


def old_corruption(practice: Practice) -> Outcome:
    practice.admin.execute("update board.price set price = 1 where listing_id < 50")
    return _not_certified(practice)


def missing_baseline(practice: Practice) -> Outcome:
    practice.drop_baseline()
    status = practice.judge()
    return Outcome(not status.startswith("CERTIFIED"), status)


def other_session(practice: Practice) -> Outcome:
    """Nothing changed but the session: another verdict is a false alarm."""
    for setting in ("timezone = 'Asia/Tokyo'", "extra_float_digits = -3", "datestyle = 'SQL, DMY'"):
        practice.admin.execute(f"set {setting}".encode())
    status = practice.judge()
    return Outcome(status.startswith("CERTIFIED"), status)


def sum_of_the_future(practice: Practice) -> Outcome:
    status = practice.future_sum()
    return Outcome(not status.startswith("CERTIFIED"), status)


PROBES: tuple[Probe, ...] = (
    Probe(
        "withdrawn",
        "P-publish",
        "the certificate is withdrawn; a consumer reads",
        "rows nobody vouches for are served",
        withdrawn,
    ),
    Probe(
        "expired",
        "P-publish",
        "the certificate is two days old, 24 hours are allowed; a consumer reads",
        "an old verdict is taken for a new one",
        expired,
    ),
    Probe(
        "written after certification",
        "W-21",
        "a stored row is changed after the certificate; a consumer reads",
        "rows other than those certified are served",
        written_after,
    ),
    Probe(
        "a function changed",
        "P-udf",
        "the body of a function the view calls is replaced; a consumer reads",
        "a column means something else under the same certificate",
        function_changed,
    ),
    Probe(
        "an empty answer",
        "W-22",
        "expired; a consumer asks whether a row exists that does not",
        "the guard is not asked when no row is read",
        empty_answer,
    ),
    Probe(
        "a shadowed clock",
        "W-23",
        "expired; the reader puts a clock of their own before the system's",
        "a reader can make any certificate young",
        shadowed_clock,
    ),
    Probe(
        "a cursor across a certification",
        "P-cursor",
        "a cursor is opened on bad rows, good ones are certified, the cursor is fetched",
        "bad rows come out under a certificate of good ones",
        cursor_race,
    ),
    Probe(
        "a failing key",
        "P-publish",
        "one key appears twice; the build runs; a consumer reads",
        "rows that fail a test are published before or in spite of it",
        duplicate_key,
    ),
    Probe(
        "a clock in the definition",
        "W-17",
        "the view compares with now(); it is certified again",
        "a view whose rows depend on the time of reading is certified",
        clock_in_definition,
    ),
    Probe(
        "rebaseline, then certify",
        "W-18",
        "50 rows of the newest days are set to 1; rebaseline, certify",
        "damage is accepted as the new normal and certified",
        recent_corruption,
    ),
    Probe(
        "damage in old days",
        "W-18",
        "50 rows of the oldest days are set to 1; rebaseline, certify",
        "damage outside the window that is looked at is certified",
        old_corruption,
    ),
    Probe(
        "a missing baseline",
        "W-19",
        "the accepted fingerprints are gone; certify",
        "nothing to compare with counts as nothing wrong",
        missing_baseline,
    ),
    Probe(
        "another session",
        "P-session",
        "zone, date style and float digits of the session change, the rows do not; certify",
        "a false alarm: the same rows have another fingerprint",
        other_session,
    ),
    Probe(
        "sum of the future, certified",
        "P-future-sum, P-poison",
        "a feature that adds up all time, stamped with its own time; certify or audit",
        "a feature made of the future is declared clean",
        sum_of_the_future,
    ),
)
