"""The one outcome type: when a listing was gone, as an interval of hours after t0.

Every estimator and metric passes through `Outcome`. A row is an event (gone between `lower` and
`upper`) or censored at `lower` (`upper` infinite). A listing seen only once was gone somewhere
before the next look, not at hour zero, so its interval starts at 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from timeseal.errors import UsageError
from timeseal.models.arrays import Flags, Floats


@dataclass(frozen=True, slots=True)
class Outcome:
    """Intervals of hours, shape (n,) each; `lower` ≥ 0, `upper` ≥ `lower`, infinite if censored."""

    lower: Floats
    upper: Floats

    def __post_init__(self) -> None:
        if self.lower.shape != self.upper.shape or self.lower.ndim != 1:
            raise UsageError(
                "outcome bounds have different shapes",
                expected="two arrays of one length",
                found=f"{self.lower.shape} and {self.upper.shape}",
            )
        if self.lower.dtype != np.float64 or self.upper.dtype != np.float64:
            raise UsageError(
                "outcome bounds are not numbers",
                expected="float64",
                found=f"{self.lower.dtype} and {self.upper.dtype}",
            )
        bad = ~np.isfinite(self.lower) | (self.lower < 0) | ~(self.upper >= self.lower)
        if bad.any():
            first = int(np.flatnonzero(bad)[0])
            raise UsageError(
                f"{int(bad.sum())} outcome intervals are impossible",
                expected="0 ≤ lower ≤ upper, lower finite",
                found=f"row {first}: [{self.lower[first]}, {self.upper[first]}]",
                hint="read labels only through the guarded label function",
            )

    @property
    def event(self) -> Flags:
        """True where the listing is known to be gone."""
        return np.isfinite(self.upper)

    @property
    def hours(self) -> Floats:
        """Observed time: last sighting for events, censoring time otherwise."""
        return self.lower

    def __len__(self) -> int:
        return len(self.lower)

    def rows(self, keep: Flags) -> Outcome:
        """The outcomes of the rows where `keep` is true."""
        return Outcome(self.lower[keep], self.upper[keep])


def from_durations(event: Flags, hours: Floats, recheck_hours: float = 6.0) -> Outcome:
    """Outcome from label rows: exact times, except that "seen once" becomes [0, recheck_hours].

    `recheck_hours` is how soon the crawler looks again; below half an hour nothing was observed.
    """
    if event.dtype != np.bool_:
        raise UsageError("the event flag is not boolean", expected="bool", found=str(event.dtype))
    once = event & (hours < 0.5)
    lower = np.where(once, 0.0, hours).astype(np.float64)
    upper = np.where(event, np.where(once, recheck_hours, hours), np.inf)
    return Outcome(lower, upper)
