"""`timeseal …` in a process of its own, over a phones world that ends now and not in spring.

New ads are then new to anchors and windows that still hold something. The first argument is the
number of days before now at which the world begins.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

from timeseal.cli.__main__ import main
from timeseal.market.verticals.phones.world import clock


def begin(days: int) -> None:
    """Let the world begin on a full hour, `days` days ago."""
    clock.START = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(days)
    clock.ORIGIN = int(clock.START.timestamp()) * clock.SECOND


if __name__ == "__main__":
    begin(int(sys.argv.pop(1)))
    main()
