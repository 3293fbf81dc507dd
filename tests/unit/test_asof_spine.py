"""The answer of an as-of join finds its rows again, in whatever order it came."""

from __future__ import annotations

import pyarrow as pa
import pytest

from timeseal.errors import ClaimFailed
from timeseal.seal.asof_spine import POSITION, Upload, assemble

SPINE = pa.table({"id": [30, 10, 20]})
#: Sent in the order of the key: rows 1, 2, 0 of the spine.
SENT = Upload(pa.table({"id": [10, 20, 30], POSITION: [0, 1, 2]}), pa.array([1, 2, 0]))


def _found(*positions: int) -> pa.Table:
    return pa.table({POSITION: positions, "v": [f"of {(10, 20, 30)[at]}" for at in positions]})


@pytest.mark.parametrize("parts", [[(0, 1, 2)], [(2, 0, 1)], [(1,), (2, 0)]])
def test_every_row_gets_its_own_values(parts: list[tuple[int, ...]]) -> None:
    table = assemble(SPINE, SENT, [_found(*part) for part in parts], {})
    assert table.to_pydict() == {"id": [30, 10, 20], "v": ["of 30", "of 10", "of 20"]}


@pytest.mark.parametrize("positions", [(0, 1, 1), (0, 1), (0, 1, 2, 2)])
def test_a_row_lost_or_twice_is_no_frame(positions: tuple[int, ...]) -> None:
    with pytest.raises(ClaimFailed, match="every spine row once"):
        assemble(SPINE, SENT, [_found(*positions)], {})
