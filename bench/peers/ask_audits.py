"""dbt and Timefence on the questions of certification that they claim to answer.

stdin: {"host", "port", "user", "password", "database"}; stdout: {"versions", "publish", "audit"}.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import timefence

PROJECT = """name: board
version: "1.0"
profile: board
model-paths: [models]
flags: {send_anonymous_usage_stats: false}
"""
MODEL = """{{ config(materialized='table') }}
select listing_id, edited_date, price from board.price
"""
TESTS = """models:
  - name: features
    columns:
      - name: listing_id
        data_tests: [not_null, unique]
"""


def publish(server: dict[str, Any]) -> dict[str, Any]:
    """A key twice: `dbt build` runs model and tests; then a consumer reads the table."""
    with tempfile.TemporaryDirectory(prefix="dbt-") as name:
        folder = Path(name)
        (folder / "models").mkdir()
        (folder / "dbt_project.yml").write_text(PROJECT)
        (folder / "models" / "features.sql").write_text(MODEL)
        (folder / "models" / "features.yml").write_text(TESTS)
        output = {
            "type": "postgres",
            "host": server["host"],
            "port": server["port"],
            "user": server["user"],
            "password": server["password"],
            "dbname": server["database"],
            "schema": "dbt",
            "threads": 1,
        }
        profile = {"board": {"target": "here", "outputs": {"here": output}}}
        (folder / "profiles.yml").write_text(json.dumps(profile))
        dbt = Path(sys.executable).with_name("dbt")
        done = subprocess.run(
            [dbt, "--no-use-colors", "build", "--project-dir", name, "--profiles-dir", name],
            capture_output=True,
            text=True,
            check=False,
        )
    with psycopg.connect(
        host=server["host"],
        port=server["port"],
        user=server["user"],
        password=server["password"],
        dbname=server["database"],
    ) as conn:
        row = conn.execute(
            "select count(*), count(distinct listing_id) from dbt.features"
        ).fetchone()
    assert row is not None
    last = [line for line in done.stdout.splitlines() if "PASS=" in line]
    said = last[-1][last[-1].index("PASS=") :] if last else done.stdout[-300:]
    return {"code": done.returncode, "said": said, "rows": row[0], "keys": row[1]}


def audit() -> dict[str, Any]:
    """A feature that adds up the whole future, built and audited by the documented calls."""
    stamp = pa.timestamp("us")
    with tempfile.TemporaryDirectory(prefix="timefence-") as name:
        facts, spine, out = (Path(name) / f"{one}.parquet" for one in ("facts", "spine", "out"))
        day = 86_400_000_000
        base = 1_704_067_200_000_000
        events = pa.table(
            {
                "item": pa.array([1, 1, 1], pa.int64()),
                "happened": pa.array([base, base + day, base + 2 * day], pa.int64()).cast(stamp),
                "value": pa.array([1, 1, 200], pa.int64()),
            }
        )
        pq.write_table(events, facts)
        label = {"item": [1], "t0": pa.array([base + day + 1], pa.int64()).cast(stamp), "y": [1]}
        pq.write_table(pa.table(label), spine)
        source = timefence.Source(path=facts, keys="item", timestamp="happened")
        query = (
            "select item, happened as feature_time,"
            f" sum(value) over (partition by item) as total from '{facts}'"
        )
        feature = timefence.Feature(source=source, sql=query, name="total")
        labels = timefence.Labels(path=spine, keys="item", label_time="t0", target="y")
        timefence.build(labels, [feature], out)
        report = timefence.audit(out, [feature], keys="item", label_time="t0")
        row = pq.read_table(out).to_pylist()[0]
    total = next(value for name, value in row.items() if "total" in name and "time" not in name)
    return {"leak": report.has_leakage, "total": int(total), "right": 2}


if __name__ == "__main__":
    asked = json.loads(sys.stdin.read())
    packages = ["dbt-core", "dbt-postgres", "timefence"]
    found = {
        "versions": {name: version(name) for name in packages},
        "publish": publish(asked),
        "audit": audit(),
    }
    sys.stdout.write(json.dumps(found) + "\n")
