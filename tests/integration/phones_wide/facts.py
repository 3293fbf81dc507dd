"""Ads, registers and maps that a test writes by hand, all in the transaction of the test."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
from psycopg import sql
from tests.integration.phones_base.facts import DAY, T0, Market

Conn = psycopg.Connection[Any]
LONG_AGO = T0 - 400 * DAY


@dataclass
class Norway(Market):
    """A market whose reference releases a test writes too."""

    def release(
        self,
        name: str,
        published: datetime,
        rows: dict[str, list[dict[str, Any]]],
        designed: date | None = None,
    ) -> None:
        """A dated release: rows by relation of schema `ref`."""
        run = self.conn.execute("select raw.open_run('reference', %s)", (name,)).fetchone()
        assert run is not None
        self.conn.execute(
            "insert into ref.release (release_id, title, publisher, published_at,"
            " designed_on_until, licence, content_sha256, row_count, run_id)"
            " values (%s, 'by hand', 'test', %s, %s, 'none', %s, %s, %s)",
            (name, published, designed, name, sum(map(len, rows.values())), run[0]),
        )
        for relation, values in rows.items():
            for one in values:
                row = one | {"release_id": name, "known_at": published}
                self.conn.execute(
                    sql.SQL("insert into ref.{} ({}) values ({})").format(
                        sql.Identifier(relation),
                        sql.SQL(", ").join(map(sql.Identifier, row)),
                        sql.SQL(", ").join(map(sql.Placeholder, row)),
                    ),
                    row,
                )
        self.conn.execute("select raw.close_run(%s, 1, 1, 0)", (run[0],))

    def register(self, codes: dict[str, str], published: datetime = LONG_AGO, n: int = 1) -> None:
        """Postal code → municipality."""
        day = published.date() - timedelta(days=1)
        rows = [
            {"postal_code": postal, "kommune_code4": kommune, "snapshot_date": day}
            for postal, kommune in codes.items()
        ]
        self.release(f"register {n}", published, {"postal_code_to_kommune_history": rows})

    def history(
        self, after: dict[str, str | None], published: datetime = LONG_AGO, name: str = "codes"
    ) -> None:
        """Municipality code → the code that its area has now."""
        rows = [
            {"kommune_code4": old, "name": old, "successor_code4": new}
            for old, new in after.items()
        ]
        self.release(name, published, {"kommune_code_history": rows})

    def figures(
        self,
        income: dict[str, int],
        published: datetime = LONG_AGO,
        n: int = 1,
        name: str = "figures",
    ) -> None:
        """Municipality → median income after tax, and a centrality class."""
        day = published.date() - timedelta(days=1)
        rows = [
            {
                "kommune_code4": kommune,
                "snapshot_date": day,
                "income_median_after_tax_nok": nok,
                "centrality_class": 1 + n,
                "centrality_standard": "by hand",
            }
            for kommune, nok in income.items()
        ]
        self.release(f"{name} {n}", published, {"kommune_socio_history": rows})

    def map(self, metros: dict[str, str], cities: dict[str, str], name: str = "map") -> None:
        """Postal code → super metro, town → super metro; pinned."""
        common = {"region": "Østlandet", "source": "test"}
        postal = [common | {"postal_code": k, "super_metro_v4": v} for k, v in metros.items()]
        town = [common | {"location_city_norm": k, "super_metro_v4": v} for k, v in cities.items()]
        rows = {"postal_code_to_super_metro": postal, "city_to_super_metro": town}
        self.release(name, LONG_AGO, rows, designed=LONG_AGO.date())
        self.conn.execute("set local role timeseal_owner")
        self.conn.execute("select ref.pin_geo_mapping(%s, 'test')", (name,))
        self.conn.execute("reset role")

    def wide(self) -> dict[int, dict[str, Any]]:
        """Rows of the entrypoint by listing."""
        cursor = self.conn.execute("select * from ml.socio_market_feature_store_t0_v1_v")
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        assert len({row["listing_id"] for row in rows}) == len(rows)
        return {row["listing_id"]: row for row in rows}


def by_hand(conn: Conn) -> None:
    """From now on one transaction may open a run and write its facts, which no role may do."""
    admitted = conn.execute(
        "select t.tgrelid::regclass from pg_trigger as t where t.tgname = 'admit_facts'"
    ).fetchall()
    for (relation,) in admitted:
        conn.execute(f"alter table {relation} disable trigger admit_facts".encode())
