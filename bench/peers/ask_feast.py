"""Feast: `get_historical_features`, with a created column, without and with its cutoff.

`python ask_feast.py STORE` with STORE one of dask, duckdb, postgres; for postgres the connection is
in the environment (FEAST_HOST, FEAST_PORT, FEAST_USER, FEAST_PASSWORD, FEAST_DATABASE).
"""

from __future__ import annotations

import os
import sys
import tempfile
import warnings
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from protocol import Pairs, Question, Way, plain, serve

warnings.filterwarnings("ignore")
from feast import Entity, FeatureStore, FeatureView, Field, FileSource, RepoConfig  # noqa: E402
from feast.data_source import DataSource  # noqa: E402
from feast.types import Int64  # noqa: E402
from feast.value_type import ValueType  # noqa: E402

STORE = sys.argv[1] if len(sys.argv) > 1 else "dask"
FOREVER = timedelta(days=3650)


def connection() -> dict[str, Any]:
    return {
        "host": os.environ["FEAST_HOST"],
        "port": int(os.environ["FEAST_PORT"]),
        "user": os.environ["FEAST_USER"],
        "password": os.environ["FEAST_PASSWORD"],
        "database": os.environ["FEAST_DATABASE"],
    }


def offline() -> dict[str, Any]:
    if STORE != "postgres":
        return {"type": STORE}
    # Without sslmode the client insists on certificates a local server does not have.
    return {"type": "postgres", "db_schema": "public", "sslmode": "disable", **connection()}


def source(folder: str, facts: pd.DataFrame) -> DataSource:
    """Put the facts where the store reads them."""
    times = {"timestamp_field": "event_time", "created_timestamp_column": "known_at"}
    if STORE != "postgres":
        path = Path(folder) / "facts.parquet"
        facts.to_parquet(path, coerce_timestamps="us")
        return FileSource(name="facts", path=str(path), **times)
    import psycopg
    from feast.infra.offline_stores.contrib.postgres_offline_store.postgres_source import (
        PostgreSQLSource,
    )

    settings = connection()
    with psycopg.connect(dbname=settings.pop("database"), **settings, autocommit=True) as conn:
        conn.execute("drop table if exists facts")
        kinds = [
            f"{name} {'timestamptz' if name in ('event_time', 'known_at') else 'bigint'}"
            for name in facts.columns
        ]
        conn.execute(f"create table facts ({', '.join(kinds)})")
        with conn.cursor().copy("copy facts from stdin") as copy:
            copy.write(facts.to_csv(sep="\t", index=False, header=False, na_rep="\\N"))
        conn.execute(f"create index on facts ({facts.columns[0]}, event_time)")
        conn.execute("analyze facts")
    return PostgreSQLSource(name="facts", query="select * from facts", **times)


def store(folder: str, facts: pd.DataFrame, key: list[str], ttl: timedelta) -> FeatureStore:
    found = FeatureStore(
        config=RepoConfig(
            project="board",
            provider="local",
            registry=str(Path(folder) / "registry.db"),
            offline_store=offline(),
            online_store=None,
            entity_key_serialization_version=3,
        )
    )
    entities = [Entity(name=name, join_keys=[name], value_type=ValueType.INT64) for name in key]
    view = FeatureView(
        name="view",
        entities=entities,
        ttl=ttl,
        schema=[Field(name=name, dtype=Int64) for name in [*key, "value"]],
        source=source(folder, facts),
        online=False,
    )
    found.apply([*entities, view])
    return found


def ask(cutoff: bool, question: Question) -> Pairs:
    question.latest_only("a feature view")
    facts, spine = pd.DataFrame(question.facts), pd.DataFrame(question.spine)
    for frame in (facts, spine):
        for name in frame.columns:
            if name in ("t0", "event_time", "known_at"):
                frame[name] = frame[name].astype("datetime64[us, UTC]")
            else:
                frame[name] = frame[name].astype("Int64")
    spine = spine.rename(columns={"t0": "event_timestamp"})
    with tempfile.TemporaryDirectory(prefix="feast-") as folder:
        feast = store(folder, facts, question.key, question.ttl or FOREVER)
        job = feast.get_historical_features(
            entity_df=spine, features=["view:value"], filter_by_created_timestamp=cutoff
        )
        found = job.to_df()
    return [
        (int(row), plain(value)) for row, value in zip(found["row"], found["value"], strict=True)
    ]


if __name__ == "__main__":
    serve(
        ["feast"],
        [
            Way("as it comes", partial(ask, False)),
            Way("created cutoff", partial(ask, True)),
        ],
    )
