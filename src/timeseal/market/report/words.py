"""How values are worded wherever a person reads them: terminal and page say the same."""

from __future__ import annotations

from datetime import UTC, datetime


def instant(when: datetime) -> str:
    """An instant for people: minute and zone, since an instant without a zone is none."""
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def title(text: str) -> str:
    """An ad's title as people write it; the source joins its words with underscores."""
    return " ".join(text.replace("_", " ").split())
