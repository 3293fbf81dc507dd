"""The world is numpy and itself: what is to be found is not made of what looks for it."""

from __future__ import annotations

import subprocess
import sys
from importlib.resources import files

PACKAGE = "timeseal.market.verticals.phones.world"
LIST = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print("\\n".join(sorted(sys.modules)))
"""


def test_no_model_no_engine_no_database() -> None:
    modules = [
        f"{PACKAGE}.{one.name.removesuffix('.py')}"
        for one in files(PACKAGE).iterdir()
        if one.name.endswith(".py") and one.name != "__init__.py"
    ]
    done = subprocess.run(
        [sys.executable, "-c", LIST, *modules], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert set(modules) <= loaded
    banned = ("timeseal.models", "timeseal.seal", "timeseal.db", "xgboost", "sklearn", "psycopg")
    assert [name for name in loaded if name.startswith(banned)] == []
