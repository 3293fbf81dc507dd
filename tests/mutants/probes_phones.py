"""Probes of the simulated phones market."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from tests.mutants.harness import probe

TRUTH = ("truth.schema.sql", "listing.table.sql")
ROLES = ("timeseal_worker", "timeseal_certifier", "ml_training")


@probe("bare")
def the_truth_is_closed(database: Any) -> None:
    admin = database.connect()
    if admin.execute("select to_regclass('truth.listing')").fetchone() == (None,):
        folder = files("timeseal.market").joinpath("verticals", "phones", "truth")
        admin.execute("set role timeseal_owner")
        for name in TRUTH:
            admin.execute(folder.joinpath(name).read_text(encoding="utf-8").encode())
        admin.execute("reset role")
    readers = [
        role
        for role in ROLES
        if admin.execute(
            "select has_schema_privilege(%(role)s, 'truth', 'usage')"
            " and has_table_privilege(%(role)s, 'truth.listing', 'select')",
            {"role": role},
        ).fetchone()
        == (True,)
    ]
    assert readers == []
