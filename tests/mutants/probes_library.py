"""Probes of what Python programs ask for."""

from __future__ import annotations

from typing import Any

import psycopg
from tests.attack.market import ENTRYPOINT
from tests.mutants.harness import probe
from tests.mutants.probes_shop import opened


@probe("shop")
def no_certificate_is_handed_out_through_a_closed_door(database: Any) -> None:
    admin = opened(database)
    reader = database.connect("training")
    asked = "select h.certificate_id from audit.held_certificate(%s) as h"
    assert reader.execute(asked, (ENTRYPOINT,)).fetchone()
    admin.execute("call audit.revoke_certificate(%s, 'a test')", (ENTRYPOINT,))
    try:
        given = reader.execute(asked, (ENTRYPOINT,)).fetchone()
    except psycopg.Error as error:
        assert error.sqlstate == "TS001", error
        return
    raise AssertionError(given)
