"""The spine of an as-of join on the client: made Arrow, cut to what the join needs, put together.

Only keys and t0 travel to the server and only the views' columns travel back, so the spine's own
columns keep every byte. They travel in the order of the key, which lets neighbouring rows meet the
same index pages; the answer is put back into the spine's order here.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from timeseal.errors import ClaimFailed, UsageError

if TYPE_CHECKING:
    from timeseal.seal.asof import AsofView
    from timeseal.seal.asof_session import AsofSession

#: The number of a row on its way; no column of a spine may have this name.
POSITION = "timeseal_row"
#: What `date` and `timestamptz` hold (PostgreSQL manual, table 8.9), counted from 1970.
DAYS = (-2_440_588, 2_145_042_905)
MICROSECONDS = (-210_866_803_200_000_000, 2**63 - 1)


@dataclass(frozen=True, slots=True)
class Upload:
    """Keys and t0 in the order of the key, numbered; `places` are their rows in the spine."""

    table: pa.Table
    places: pa.Array

    def split(self, count: int) -> list[pa.Table]:
        """The rows in `count` consecutive parts, none of them empty unless the spine is."""
        rows = self.table.num_rows
        edges = [rows * part // count for part in range(count + 1)]
        parts = [self.table.slice(low, high - low) for low, high in pairwise(edges) if high > low]
        return parts or [self.table]


def prepare(
    session: AsofSession,
    spine: Any,
    views: Sequence[AsofView],
    t0: str,
    order_by: Sequence[str] | None,
) -> tuple[pa.Table, Upload]:
    """The whole spine as Arrow, and what is sent of it."""
    whole = session.spine(spine, t0, order_by) if isinstance(spine, str) else as_arrow(spine)
    names = list(dict.fromkeys([name for view in views for name in view.spine_columns] + [t0]))
    strangers = [name for name in names if name not in whole.column_names]
    if strangers or POSITION in whole.column_names:
        raise UsageError(
            "the spine does not have the columns of the join",
            expected=f"columns {', '.join(names)}, and none called {POSITION}",
            found=", ".join(whole.column_names) or "none",
            hint="name the spine's columns by spine_key and t0",
        )
    sent = pa.table({name: _sendable(name, whole.column(name)) for name in names})
    try:
        places = pc.sort_indices(sent, [(name, "ascending") for name in names])
    except pa.ArrowNotImplementedError:  # a key Arrow cannot sort is sent as it lies
        places = pa.array(np.arange(sent.num_rows, dtype=np.uint64))
    sent = sent.take(places)
    return whole, Upload(
        sent.append_column(POSITION, pa.array(np.arange(sent.num_rows, dtype=np.int64))), places
    )


def as_arrow(spine: Any) -> pa.Table:
    """An Arrow table of an Arrow, pandas or polars frame; a pandas index is left behind."""
    if isinstance(spine, pa.Table):
        return spine
    if hasattr(spine, "__arrow_c_stream__"):
        return pa.table(spine)
    if hasattr(spine, "iloc"):
        return pa.Table.from_pandas(spine, preserve_index=False)
    raise UsageError(
        "this is no spine",
        expected="an Arrow, pandas or polars frame, or the name of a relation",
        found=type(spine).__name__,
        hint="pyarrow.table({'id': …, 't0': …})",
    )


def _sendable(name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column in a type that PostgreSQL has; a value that would change is refused."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _sendable(name, column.cast(kind.value_type))
    if pa.types.is_timestamp(kind):
        wanted = pa.timestamp("us", kind.tz)
    elif pa.types.is_unsigned_integer(kind) or pa.types.is_int8(kind):
        wanted = pa.int64()
    elif pa.types.is_date64(kind):
        wanted = pa.date32()
    elif pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        wanted = pa.string()
    else:
        return _in_range(name, column)
    try:
        return _in_range(name, column.cast(wanted))
    except pa.ArrowInvalid as error:
        raise UsageError(
            f"column {name} of the spine cannot be sent exactly",
            expected=str(wanted),
            found=f"{kind}: {error}",
            hint="round or cast it yourself, saying how",
        ) from error


def _in_range(name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column, unless one of its dates or times lies outside those that PostgreSQL has.

    Such a value arrives there as another one, some even as infinity.
    """
    kind = column.type
    if not (pa.types.is_timestamp(kind) or pa.types.is_date32(kind)):
        return column
    low, high = DAYS if pa.types.is_date32(kind) else MICROSECONDS
    ends = pc.min_max(column.cast(pa.int32() if pa.types.is_date32(kind) else pa.int64())).as_py()
    for end in ends.values():
        if end is not None and not low <= end <= high:
            raise UsageError(
                f"column {name} of the spine holds a time that PostgreSQL does not have",
                expected=f"{low} to {high} {'days' if low == DAYS[0] else 'µs'} since 1970",
                found=str(end),
                hint="leave such rows out, or set their time to NULL",
            )
    return column


def assemble(
    whole: pa.Table, upload: Upload, found: Sequence[pa.Table], metadata: dict[str, Any]
) -> pa.Table:
    """The spine with the views' columns beside it, each in the place of its row."""
    answer = pa.concat_tables(found)
    positions = answer.column(POSITION).to_numpy()
    if not np.array_equal(np.sort(positions), np.arange(whole.num_rows)):
        raise ClaimFailed(
            "the as-of join did not give every spine row once",
            expected=f"{whole.num_rows} numbered rows",
            found=f"{answer.num_rows} rows, {len(np.unique(positions))} different",
            hint="timeseal doctor",
        )
    twice = sorted(set(whole.column_names) & set(answer.column_names[1:]))
    if twice:
        raise UsageError(
            f"column {', '.join(twice)} would come twice",
            expected="each name once",
            found="one of the spine and one of a view",
            hint="give the view a prefix",
        )
    back = np.empty(whole.num_rows, dtype=np.int64)
    back[upload.places.to_numpy()[positions]] = np.arange(whole.num_rows)
    for name in answer.column_names[1:]:
        whole = whole.append_column(answer.field(name), answer.column(name).take(pa.array(back)))
    text = json.dumps(metadata, sort_keys=True)
    return whole.replace_schema_metadata({**(whole.schema.metadata or {}), b"timeseal": text})
