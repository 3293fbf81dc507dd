"""Probes of what Python programs ask for."""

from __future__ import annotations

from typing import Any

from tests.attack.market import ENTRYPOINT
from tests.attack.snapshot import CLOSED, outcome
from tests.mutants.harness import probe
from tests.mutants.probes_shop import opened

ASKED = f"select h.certificate_id from audit.held_certificate('{ENTRYPOINT}') as h"


@probe("shop")
def no_certificate_is_handed_out_through_a_closed_door(database: Any) -> None:
    admin = opened(database)
    reader = database.connect("training")
    assert outcome(reader, ASKED) not in CLOSED
    admin.execute("call audit.revoke_certificate(%s, 'a test')", (ENTRYPOINT,))
    found = outcome(reader, ASKED)
    assert found in CLOSED, found
