"""Ours beside the forty-line yardstick on the development origins: `python -m bench.yardstick`.

Reads a certified database of the cars market as the training role. The holdout is left alone: its
one opening belongs to `timeseal model train`, whose figures are in ml.metric.
"""

from __future__ import annotations

import argparse
import os
from dataclasses import replace

from timeseal.cli.session import open_session
from timeseal.db.connect import connect
from timeseal.market.training.frame import guarded, read_frame, read_labels
from timeseal.market.training.judge import judge_origin
from timeseal.market.training.plan import load
from timeseal.models.arrays import one_thread_each


def main(database: str) -> None:
    """Print AUC of both and the paired gain with its 95 % interval, origin by origin."""
    plan = load("cars")
    origins = tuple(one for one in plan.origins if not one.holdout)
    plan = replace(plan, origins=origins)
    _, server = open_session()
    with connect(server, database, "training") as conn, guarded(conn):
        frame = read_frame(conn, plan)
        final = read_labels(conn, plan, frame, None)
        known = [read_labels(conn, plan, frame, one.instant) for one in origins]
    print("origin      ads    yardstick  ours   gain   95 % interval")
    with one_thread_each():
        for origin, then in zip(origins, known, strict=True):
            found = judge_origin(plan, frame, origin, then, final)
            auc = {
                name: one.estimate.value
                for name, one in found.figures
                if one.name == "auc" and one.horizon_h == plan.horizons_h[0]
            }
            gain = found.gain
            print(
                f"{origin.day}  {found.rows:5d}  {auc['yardstick']:.3f}      "
                f"{auc['timeseal']:.3f}  {gain.value:+.3f}  [{gain.low:+.3f}, {gain.high:+.3f}]"
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.yardstick", description=__doc__)
    parser.add_argument("--db", default=os.environ.get("TIMESEAL_DB", "demo"))
    main(parser.parse_args().db)
