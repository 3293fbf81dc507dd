"""Feast on PostgreSQL answers one as-of question: `python asof_feast.py < question.json`.

Runs in the peers' environment. The question names the server, the spine (a Parquet file) and the
tables; the answer, as JSON, is the seconds of one warm call from frame to frame and the rows.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import pandas
from feast import Entity, FeatureStore, FeatureView, Field, RepoConfig, ValueType
from feast.infra.offline_stores.contrib.postgres_offline_store.postgres_source import (
    PostgreSQLSource,
)
from feast.types import Float64

question = json.load(sys.stdin)
spine = pandas.read_parquet(question["spine"]).rename(columns={"t0": "event_timestamp"})
with tempfile.TemporaryDirectory() as folder:
    store = FeatureStore(
        config=RepoConfig(
            project="bench",
            provider="local",
            registry=str(Path(folder, "registry.db")),
            online_store={"type": "sqlite", "path": str(Path(folder, "online.db"))},
            offline_store={"type": "postgres", "sslmode": "disable", **question["server"]},
            entity_key_serialization_version=3,
        )
    )
    item = Entity(name="id", join_keys=["id"], value_type=ValueType.INT64)
    views = [
        FeatureView(
            name=table,
            entities=[item],
            ttl=timedelta(days=3650),
            schema=[Field(name=column, dtype=Float64) for column in question["columns"]],
            source=PostgreSQLSource(
                name=table,
                query=f"select * from {question['schema']}.{table}",
                timestamp_field="known_at",
            ),
        )
        for table in question["tables"]
    ]
    store.apply([item, *views])
    features = [
        f"{table}:{column}" for table in question["tables"] for column in question["columns"]
    ]

    def ask(rows: pandas.DataFrame) -> pandas.DataFrame:
        job = store.get_historical_features(rows, features, full_feature_names=True)
        return job.to_df()

    ask(spine.head(10))
    start = time.perf_counter()
    found = ask(spine)
    seconds = time.perf_counter() - start
numbers = found.select_dtypes("float64")
json.dump(
    {
        "seconds": seconds,
        "rows": len(found),
        "known": int(numbers.notna().sum().sum()),
        "sum": float(numbers.sum().sum()),
    },
    sys.stdout,
)
