"""Timefence: `build`, strict, on the time it is told; duplicates are an error by default."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import timefence
from protocol import Cannot, Pairs, Question, Way, plain, serve

TIME = pa.timestamp("us", tz="UTC")


def ask(clock: str, question: Question) -> Pairs:
    question.latest_only("a feature of columns")
    with tempfile.TemporaryDirectory(prefix="timefence-") as folder:
        paths = {}
        for table, rows in (("spine", question.spine), ("facts", question.facts)):
            kinds = [
                (n, TIME if n in ("t0", "event_time", "known_at") else pa.int64()) for n in rows[0]
            ]
            paths[table] = Path(folder) / f"{table}.parquet"
            pq.write_table(pa.Table.from_pylist(rows, pa.schema(kinds)), paths[table])
        source = timefence.Source(path=paths["facts"], keys=question.key, timestamp=clock)
        feature = timefence.Feature(source=source, columns=["value"], name="value")
        labels = timefence.Labels(
            path=paths["spine"], keys=question.key, label_time="t0", target=["row"]
        )
        out = Path(folder) / "out.parquet"
        stale = f"{int(question.ttl.total_seconds() // 86400)}d" if question.ttl else None
        timefence.build(labels, [feature], out, max_lookback="3650d", max_staleness=stale)
        found = pq.read_table(out)
        if "value" not in found.column_names:
            names = [name for name in found.column_names if name.endswith("value")]
            if len(names) != 1:
                raise Cannot(f"no value among {found.column_names}")
            found = found.rename_columns(
                ["value" if n == names[0] else n for n in found.column_names]
            )
        return [(row["row"], plain(row["value"])) for row in found.to_pylist()]


if __name__ == "__main__":
    serve(
        ["timefence"],
        [
            Way("event time", partial(ask, "event_time")),
            Way("knowledge time", partial(ask, "known_at")),
        ],
    )
