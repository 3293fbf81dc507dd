"""Reference geography of the market's country: loading its dated releases.

Owns nothing but the door; what the releases hold is the vertical's business.
"""

from __future__ import annotations

from pathlib import Path

import psycopg

__all__ = ["load_geo"]


def load_geo(conn: psycopg.Connection[tuple[object, ...]], folder: Path) -> tuple[str, ...]:
    """Load the releases of a folder that are not there yet; returns their ids. `conn` is idle."""
    from timeseal.market.verticals.cars.geography import releases

    return tuple(one.release_id for one in releases(folder) if one.load(conn))
