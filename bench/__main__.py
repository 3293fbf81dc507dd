"""`python -m bench [--quick]`: run every benchmark, print the table, write the reference page."""

from __future__ import annotations

import argparse

from bench.run import run

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller inputs; nothing is written")
    parser.add_argument("--only", default="", help="names of benchmarks, separated by commas")
    arguments = parser.parse_args()
    run(arguments.quick, tuple(name for name in arguments.only.split(",") if name))
