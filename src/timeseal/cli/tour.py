"""The demo's steps, in order; each prints what it found and leaves it for the next.

Owns order, progress and resuming; what a step does belongs to the packages below.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psycopg

from timeseal.cli.output import say
from timeseal.errors import TimesealError


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `run` prints what it found and returns one line for people."""

    title: str
    run: Callable[[], str]


def walk(steps: Sequence[Step]) -> float:
    """Run the steps; a failing one says where it stopped and that the next call continues there."""
    begun = time.monotonic()
    for number, step in enumerate(steps, start=1):
        say(f"\n[{number}/{len(steps)}] {step.title}")
        started = time.monotonic()
        try:
            result = step.run()
        except (TimesealError, psycopg.Error, KeyboardInterrupt):
            say(f"step {number} of {len(steps)} stopped: {step.title}")
            say("what is done stays done; mend the cause below and run again: timeseal demo")
            raise
        say(f"      {result}  ({time.monotonic() - started:.1f} s)")
    return time.monotonic() - begun
