"""Assertions for other people's test suites: is it certified, do its gates pass, is it refused.

Each takes a psycopg connection, an SQLAlchemy connection or engine, or a connection string, and
fails with the cause and the command that mends it. Nothing here can turn a refusal into a pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from timeseal.errors import ClaimFailed
from timeseal.seal.reading import Held, refusals, require_certified

__all__ = ["assert_certified", "assert_fingerprint", "assert_refused"]


def assert_certified(
    source: Any, name: str, *, max_age: timedelta = timedelta(hours=24), strict: bool = True
) -> Held:
    """Fail unless `name` holds a valid certificate over its present definition; return it."""
    try:
        return require_certified(source, name, max_age=max_age, strict=strict)
    except ClaimFailed as refusal:
        raise AssertionError(str(refusal)) from refusal


def assert_fingerprint(source: Any, name: str, fingerprint: str) -> Held:
    """Fail unless `name` is certified over exactly the data of a known fingerprint."""
    held = assert_certified(source, name)
    if held.fingerprint != fingerprint:
        raise AssertionError(
            f"{held.entrypoint} is certified over other data\n"
            f"expected fingerprint {fingerprint}\nfound fingerprint    {held.fingerprint}\n"
            f"hint: timeseal explain {held.entrypoint} --drift"
        )
    return held


@contextmanager
def assert_refused(match: str = "") -> Iterator[None]:
    """Fail unless the block is refused by a closed door, with `match` in the refusal's text.

    For tests of a pipeline's own behaviour when its features are not certified.
    """
    try:
        with refusals():
            yield
    except ClaimFailed as refusal:
        if match not in str(refusal):
            raise AssertionError(f"refused, but not because of {match!r}: {refusal}") from refusal
        return
    raise AssertionError("expected a closed door; rows came out")
