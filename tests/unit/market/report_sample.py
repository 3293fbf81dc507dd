"""A small record with a value in every field; figures are invented and never leave the tests."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from timeseal.market.report.context import (
    Ad,
    Ads,
    Bin,
    Curve,
    Gain,
    Gate,
    Habit,
    Judged,
    Layer,
    Loaded,
    Models,
    Record,
    Refusal,
    Score,
    Seal,
    Strip,
    StripRow,
    Verdict,
    Waiver,
)

END = datetime(2016, 4, 7, 12, 58, tzinfo=UTC)
DAYS = tuple(date(2016, 3, 5) + timedelta(days=day) for day in range(31))
GATES = ("definition", "volatility", "firewall", "key", "drift", "replay")


def sample() -> Record:
    """One record, the same at every call."""
    return Record(
        loaded=Loaded(34864, 33458, 17345, 0, 3, END - timedelta(days=33), END, "Geo.", "Income."),
        seal=_seal(),
        layers=(
            Layer("tom_features_v1", "ml.tom_features_v1_mv", 33458, 31, "ab" * 32, True),
            Layer("tom_labels_v1", "ml.tom_labels_v1_mv", 17345, 31, "cd" * 32, False),
        ),
        models=Models(
            "cars-aft-168",
            tuple(
                Score(model, date(2016, 3, 16), 168, 3210, auc, auc - 0.02, auc + 0.02, 0.22)
                for model, auc in (("ours (AFT)", 0.684), ("price only", 0.631))
            ),
            (Gain(date(2016, 3, 16), 168, 0.019, 0.008, 0.031),),
            "7-0123456789abcdef",
        ),
        ads=Ads(END, 168, (_ad(1, "<b>bmw</b> 3er"), _ad(2, "volkswagen golf"))),
        protocols=(
            Judged("vanished in the last 7 days", "date only", 5717, 0.392, 0.988, 0.92),
            Judged("vanished in the last 7 days", "ours", 5717, 0.392, 0.71, None),
            Judged("first seen in one week", "date only", 7100, 0.59, 0.502, 0.6),
            Judged("first seen in one week", "ours", 7100, 0.59, 0.684, None),
        ),
        habit=Habit(
            "The asking price of 812 ads was divided by ten in a stored layer.",
            812,
            (
                Verdict(
                    "sampled hash, rebaseline, certify", "CERTIFIED", "the window was accepted"
                ),
                Verdict("Timeseal", "REFUSED", "12 days differ"),
            ),
            "store.tom_features_v1 listing 5 price: expected 5000, found 500",
            "a cell differs from what the facts say",
            "timeseal store publish survival --full",
        ),
        refusals=tuple(_refusal(name) for name in ("One cell", "One function", "One clock")),
        strip=Strip(
            DAYS, (StripRow("certified", ()), StripRow("one cell changed", (date(2016, 3, 12),)))
        ),
        curves=(
            Curve("below 0.8", 900, (0.0, 3.0, 7.0, 14.0), (1.0, 0.7, 0.5, 0.35)),
            Curve("0.8 to 1.2", 1900, (0.0, 3.0, 7.0, 14.0), (1.0, 0.78, 0.62, 0.44)),
            Curve("above 1.2", 800, (0.0, 3.0, 7.0, 14.0), (1.0, 0.85, 0.72, 0.56)),
        ),
        reliability=tuple(
            Bin(p, p + 0.02, p - 0.03, p + 0.07, 320) for p in (0.2, 0.35, 0.5, 0.65, 0.8)
        ),
        reliability_h=168,
    )


def _seal() -> Seal:
    return Seal(
        "ml.survival_feature_store_t0_v1_v",
        "ml.survival_feature_store_train_v",
        "7-0123456789abcdef",
        "CERTIFIED",
        "ef" * 32,
        33458,
        31,
        61,
        "full",
        END,
        END + timedelta(hours=24),
        "12" * 32,
        tuple(Gate(name, "passed", 0, 0.12) for name in GATES),
        (Waiver("clock", "ref.geo", "published after the ads", "admin", "2026-12-31T00:00:00"),),
    )


def _ad(rank: int, title: str) -> Ad:
    return Ad(rank, 100 + rank, title, "4 900 EUR", 31.5, 0.87, ("asked above value", "old", "far"))


def _refusal(title: str) -> Refusal:
    return Refusal(
        title,
        "listing 17: price 4900 → 490, by UPDATE as superuser",
        "select count(*) from ml.survival_feature_store_train_v",
        "TS001: ml.survival_feature_store_t0_v1_v is closed",
        "timeseal explain ml.survival_feature_store_t0_v1_v",
        "store.tom_features_v1 listing 17 price: expected 4900, found 490",
        "timeseal store publish survival --full",
        9.1,
    )
