"""Each gate's page shows a finding that the gate returns; `WRITE_GATE_PAGES=1` writes it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from tests.attack import market
from tests.attack.market import ENTRYPOINT
from tests.integration.seal.gate_examples import EXAMPLES, MEDDLING, NEAR_MISSES

pytestmark = pytest.mark.one_major

PAGES = Path(__file__).resolve().parents[3] / "docs" / "reference" / "gates"
SECTION = re.compile(r"(?<=^## When it fires\n)(.*?)(?=^## )", re.MULTILINE | re.DOTALL)
CHECKED = (
    "select to_jsonb(c) from audit.check(%s, array[%s], true, 500) as c where c.level = 'blocking'"
)
RECORDED = (
    "select c.value -> 'first' from audit.t0_cert_run as r, jsonb_array_elements(r.checks) as c"
    " where c.value ->> 'gate' = %s and r.run_id = (select max(run_id) from audit.t0_cert_run)"
)


def recorded(conn: market.Conn, check: str) -> list[dict[str, Any]]:
    """What a certification writes down about a check that is no gate."""
    assert market.certify(conn).startswith("FAILED")
    rows = conn.execute(RECORDED, (check,)).fetchall()
    return [{**one, "fix": one["hint"]} for (first,) in rows for one in first]


def section(gate: str, finding: dict[str, Any]) -> str:
    """The text below `## When it fires`; digests are left out: they differ by major."""
    fields = "\n".join(
        f"{name:<9} {finding[name]}" for name in ("object", "subject", "expected", "found", "fix")
    )
    short = re.sub(r"\b[0-9a-f]{64}\b", "(sha-256)", fields)
    return (
        f"\n```sql\n{EXAMPLES[gate].strip()}\n```\n\n"
        f"`timeseal seal check {ENTRYPOINT}` then says\n\n```text\n{short}\n```\n\n"
    )


@pytest.mark.parametrize("gate", EXAMPLES)
def test_the_page_shows_what_the_gate_finds(certified_shop: market.Conn, gate: str) -> None:
    certified_shop.execute((MEDDLING if gate == "race" else EXAMPLES[gate]).encode())
    if gate in {"race", "stamps"}:
        found = recorded(certified_shop, gate)
    else:
        found = [one for (one,) in certified_shop.execute(CHECKED, (ENTRYPOINT, gate)).fetchall()]
    assert found, "the example does not fire"
    wanted = section(gate, found[0])
    if gate in {"race", "stamps"}:
        wanted = wanted.replace("seal check", "certify")
    page = PAGES / f"{gate}.md"
    text = page.read_text(encoding="utf-8")
    if os.environ.get("WRITE_GATE_PAGES"):
        page.write_text(SECTION.sub(lambda _: wanted, text), encoding="utf-8")
    assert SECTION.findall(page.read_text(encoding="utf-8")) == [wanted], (
        "run: WRITE_GATE_PAGES=1 pytest tests/integration/seal/test_gate_pages.py"
    )


@pytest.mark.parametrize("gate", NEAR_MISSES)
def test_what_only_looks_like_it_passes(certified_shop: market.Conn, gate: str) -> None:
    certified_shop.execute(NEAR_MISSES[gate].encode())
    assert certified_shop.execute(CHECKED, (ENTRYPOINT, gate)).fetchall() == []
