"""What the demo found out, as values: printed by the terminal and rendered by the page.

Owns the shapes only. Nothing here reads a database or judges a result; texts come from those who
measured. Times are aware UTC datetimes, shares and chances lie in [0, 1]; durations are hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Loaded:
    """The facts: how many ads came in, how many the status rule keeps, what was refused."""

    ads: int
    kept: int
    gone: int
    quarantined: int
    runs: int
    first_seen: datetime
    known_until: datetime
    geography: str
    income: str


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate of the certificate: `status` is passed, warning, waived or failed."""

    name: str
    status: str
    findings: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Waiver:
    """A finding somebody accepts on record until a date."""

    gate: str
    subject: str
    reason: str
    author: str
    expires_at: str


@dataclass(frozen=True, slots=True)
class Seal:
    """The certificate as a reader sees it."""

    entrypoint: str
    guarded_view: str
    certificate_id: str
    status: str
    fingerprint: str
    rows: int
    days: int
    objects: int
    protection: str
    certified_at: datetime
    expires_at: datetime
    contract_sha256: str
    gates: tuple[Gate, ...]
    waivers: tuple[Waiver, ...]


@dataclass(frozen=True, slots=True)
class Layer:
    """A stored layer and its published twin; `agrees` when both have one fingerprint."""

    name: str
    published: str
    rows: int
    days: int
    fingerprint: str
    agrees: bool


@dataclass(frozen=True, slots=True)
class Score:
    """AUC of "still there after `horizon_h`" of one model on one test cohort, 95 % interval."""

    model: str
    origin: date
    horizon_h: int
    rows: int
    auc: float
    low: float
    high: float
    brier: float | None = None


@dataclass(frozen=True, slots=True)
class Gain:
    """Paired bootstrap of our model's AUC minus the yardstick's on one test cohort."""

    origin: date
    horizon_h: int
    gain: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Models:
    """The evaluation: scores of all models, the gain over the yardstick, what the model carries."""

    model_key: str
    scores: tuple[Score, ...]
    gains: tuple[Gain, ...]
    certificate_id: str


@dataclass(frozen=True, slots=True)
class Ad:
    """A ranked ad: the chance that it is still there `horizon_h` more hours, and why."""

    rank: int
    listing_id: int
    title: str
    price: str
    age_h: float
    chance: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ads:
    """The ranked ads and the instant of knowledge they are dated by."""

    known_until: datetime
    horizon_h: int
    rows: tuple[Ad, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """One scorer judged by one protocol."""

    protocol: str
    scorer: str
    rows: int
    slow_share: float
    auc: float
    f1: float | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one practice says about the same damaged rows."""

    practice: str
    verdict: str
    because: str


@dataclass(frozen=True, slots=True)
class Habit:
    """The sampled hash with rebaseline-then-certify beside ours, on the same damaged rows."""

    damage: str
    damaged_rows: int
    verdicts: tuple[Verdict, ...]
    cell: str
    cause: str
    fix: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A change, the error a reader really got, what explain named, and the way back."""

    title: str
    change: str
    statement: str
    error: str
    hint: str
    named: str
    mended_by: str
    seconds: float


@dataclass(frozen=True, slots=True)
class StripRow:
    """One state of the store: which of the strip's days differ from their accepted baseline."""

    label: str
    changed: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Strip:
    """Days of the store by state: the drift strip."""

    days: tuple[date, ...]
    rows: tuple[StripRow, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """A Kaplan-Meier curve: share still there after each of `days`."""

    label: str
    rows: int
    days: tuple[float, ...]
    still_there: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Bin:
    """A decile of predicted probabilities and what happened in it, with a 95 % interval."""

    predicted: float
    observed: float
    low: float
    high: float
    rows: int


@dataclass(frozen=True, slots=True)
class Record:
    """Everything one run of the demo has to say."""

    loaded: Loaded
    seal: Seal
    layers: tuple[Layer, ...]
    models: Models
    ads: Ads
    protocols: tuple[Judged, ...]
    habit: Habit
    refusals: tuple[Refusal, ...]
    strip: Strip
    curves: tuple[Curve, ...]
    reliability: tuple[Bin, ...]
    reliability_h: int
