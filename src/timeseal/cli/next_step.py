"""What bare `timeseal` says: the next sensible command."""

from __future__ import annotations

from timeseal.settings import Settings


def next_step() -> str:
    """One line for a person who does not know what comes next."""
    settings = Settings.from_env()
    if settings.dsn is None and not settings.home.exists():
        return "Nothing here yet. Next: timeseal demo"
    return "Next: timeseal db status   (all commands: timeseal --help)"
