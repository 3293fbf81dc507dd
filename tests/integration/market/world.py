"""Hand-made facts: a test says which ads were seen and gone when, and reads the stored layers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from psycopg import sql

#: 14 March 2016, 10:00 UTC: the decision time most tests look from.
T0 = datetime(2016, 3, 14, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)

OBSERVATION = (
    "insert into raw.listing_observation (generation, listing_id, observed_at, source, run_id,"
    " price, title, model, postal_code, payload_sha256, brand, power_ps, mileage_km,"
    " first_registration_year, published_on) values (%(generation)s, %(listing_id)s, %(at)s,"
    " 'test', %(run)s, %(price)s, %(title)s, 'm', %(postal_code)s, %(payload)s, %(brand)s,"
    " %(power_ps)s, %(mileage_km)s, 2005, %(day)s)"
)
EVENT = (
    "insert into raw.listing_event (generation, listing_id, event, event_time, event_time_kind,"
    " known_at, price, price_kind, mark, source, run_id) values (%(generation)s, %(listing_id)s,"
    " %(event)s, %(at)s, 'first_observed', %(known)s, %(price)s, %(kind)s, %(mark)s,"
    " 'test', %(run)s)"
)


@dataclass
class World:
    """Collects facts, writes them as one backfill run, refreshes every layer."""

    conn: psycopg.Connection[Any]
    _facts: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def ad(self, listing_id: int, at: datetime, generation: int = 1, **values: Any) -> None:
        """An ad seen at `at`; the observation that defines its t0 unless an earlier one exists."""
        given = {"price": 1000, "title": f"ad {listing_id}", "postal_code": f"{listing_id:05}"}
        given |= {"brand": "b", "power_ps": 75, "mileage_km": 90000, "payload": f"{at}"} | values
        row = given | {"generation": generation, "listing_id": listing_id, "at": at}
        self._facts.append((OBSERVATION, row | {"day": at.date()}))

    def event(
        self, listing_id: int, event: str, at: datetime, known: datetime, **values: Any
    ) -> None:
        """Something that happened to an ad, and when we knew."""
        given = {"generation": 1, "price": None, "kind": None, "mark": None} | values
        self._facts.append(
            (EVENT, given | {"listing_id": listing_id, "event": event, "at": at, "known": known})
        )

    def gone(self, listing_id: int, at: datetime, **values: Any) -> None:
        """An ad last seen at `at`, which is known three days later unless told otherwise."""
        known = values.pop("known", at + 72 * HOUR)
        given = {"price": 1000, "kind": "last_ask"} | values
        self.event(listing_id, "gone", at, known, **given)

    def ended(self, listing_id: int, at: datetime, online: timedelta, **values: Any) -> None:
        """An ad that was seen, and gone at `at` after having been online for so long."""
        keep = {"generation", "power_ps"}
        self.ad(listing_id, at - online, **{k: v for k, v in values.items() if k in keep})
        self.gone(listing_id, at, **{k: v for k, v in values.items() if k != "power_ps"})

    def run(self, until: datetime | None = None) -> int:
        """Write what was collected as one closed backfill run; returns its id."""
        opened = "select raw.open_run('backfill', 'test', p_observed_until => %s)"
        (run,) = self.conn.execute(opened, (until,)).fetchone() or (0,)
        with self.conn.transaction(), self.conn.cursor() as cursor:
            for statement, row in self._facts:
                cursor.execute(statement, row | {"run": run})
            cursor.execute("select raw.close_run(%s)", (run,))
        self._facts.clear()
        return int(run)

    def settle(self, until: datetime | None = None, full: bool = True) -> None:
        """Write what was collected and refresh the stored layers."""
        self.run(until)
        self.conn.execute("select count(*) from audit.refresh_store('survival', %s)", (full,))

    def row(self, layer: str, listing_id: int, generation: int = 1) -> dict[str, Any]:
        """The one stored row of an ad."""
        found = self.rows(layer, listing_id, generation)
        assert len(found) == 1, f"{len(found)} rows of {listing_id} in {layer}"
        return found[0]

    def rows(self, layer: str, listing_id: int, generation: int = 1) -> list[dict[str, Any]]:
        query = sql.SQL("select * from store.{} where listing_id = %s and generation = %s")
        cursor = self.conn.execute(query.format(sql.Identifier(layer)), (listing_id, generation))
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
