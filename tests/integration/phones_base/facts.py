"""Phones ads that a test writes by hand: what was seen, happened and read, and when we knew."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from psycopg import sql
from tests.databases import Database

from timeseal.db import install
from timeseal.market.stores import declaration
from timeseal.seal import binding

#: 2 June 2026, 22:30 UTC: in Oslo it is the next day already.
T0 = datetime(2026, 6, 2, 22, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = 24 * HOUR
TICK = timedelta(microseconds=1)
STORE = "socio_market"
ENTRYPOINT = "ml.socio_market_feature_store_t0_v1_v"
LANDMARK = "ml.socio_market_feature_store_landmark_v1_v"


@dataclass
class Market:
    """Collects facts, writes them as one backfill run, refreshes every layer."""

    conn: psycopg.Connection[Any]
    store: str = STORE
    _facts: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def ad(self, listing_id: int, at: datetime = T0, generation: int = 15, **values: Any) -> None:
        """An ad seen at `at`."""
        given = {"price": 5000, "storage_gb": 128, "title": "iPhone 15", "model": "iPhone 15"}
        given |= {"description": "Pent brukt.", "postal_code": "0150", "source": "test"}
        key = {"generation": generation, "listing_id": listing_id, "observed_at": at}
        self._facts.append(
            ("listing_observation", given | values | key | {"payload_sha256": f"{at} {values}"})
        )

    def event(
        self,
        listing_id: int,
        event: str,
        known: datetime,
        at: datetime | None = None,
        **values: Any,
    ) -> None:
        """Something that happened to an ad, and when we knew."""
        given = {"generation": 15, "event_time_kind": "platform", "source": "test"} | values
        key = {"listing_id": listing_id, "event": event, "event_time": at or known}
        self._facts.append(("listing_event", given | key | {"known_at": known}))

    def read(
        self, listing_id: int, known: datetime, source: str = "healing", **values: Any
    ) -> None:
        """Attributes that somebody read, all at once."""
        for attribute, value in values.items():
            row = {"generation": 15, "listing_id": listing_id, "attribute": attribute}
            row |= {"value": str(value), "event_time": T0 - DAY, "known_at": known}
            row |= {"source": source, "method": "test", "method_version": "1"}
            self._facts.append(("attribute_event", row))

    def sold(self, listing_id: int, at: datetime, price: int, **values: Any) -> None:
        """An ad that was seen ten hours before it was sold, which was known an hour later."""
        self.ad(listing_id, at - 10 * HOUR, **values)
        self.event(listing_id, "sold", at + HOUR, at, price=price, price_kind="declared")

    def settle(self, full: bool = True) -> None:
        """Write what was collected and refresh the stored layers."""
        row = self.conn.execute("select raw.open_run('backfill', 'test')").fetchone()
        assert row is not None
        with self.conn.transaction():
            for relation, values in self._facts:
                self.conn.execute(_insert(relation, values), values | {"run_id": row[0]})
            self.conn.execute("select raw.close_run(%s)", row)
        self._facts.clear()
        refresh(self.conn, full, self.store)

    def rows(self, layer: str, listing_id: int) -> list[dict[str, Any]]:
        """Stored rows of an ad, by generation."""
        query = sql.SQL("select * from store.{} where listing_id = %s order by generation")
        cursor = self.conn.execute(query.format(sql.Identifier(layer)), (listing_id,))
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def row(self, layer: str, listing_id: int) -> dict[str, Any]:
        """The one stored row of an ad."""
        found = self.rows(layer, listing_id)
        assert len(found) == 1, f"{len(found)} rows of {listing_id} in {layer}"
        return found[0]

    def kept(self, layer: str, *listings: int) -> list[int]:
        """Which of these ads a layer holds."""
        return [one for one in listings if self.rows(layer, one)]


def bind(database: Database) -> None:
    """Install the phones market, with its store bound and no ad."""
    admin = database.connect()
    install.apply(admin, install.plan(admin, ["phones"]))
    store = declaration("phones", STORE)
    binding.apply(admin, store, binding.plan(admin, store))


def refresh(conn: psycopg.Connection[Any], full: bool = True, store: str = STORE) -> None:
    conn.execute("select count(*) from audit.refresh_store(%s, %s)", (store, full))


def _insert(relation: str, values: dict[str, Any]) -> sql.Composed:
    names = [*values, "run_id"]
    return sql.SQL("insert into raw.{} ({}) values ({})").format(
        sql.Identifier(relation),
        sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.SQL(", ").join(map(sql.Placeholder, names)),
    )
