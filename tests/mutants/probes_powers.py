"""Probes of the doctor: powers that the server keeps for superusers are named."""

from __future__ import annotations

from typing import Any

from tests.mutants.harness import probe
from tests.mutants.probes_shop import opened

#: What is done → the statements, and the object and subject of the finding.
POWERS = {
    "a program by parameter": (
        "grant alter system on parameter archive_command to ml_training",
        ("archive_command", "ALTER SYSTEM"),
    ),
    "a function that lists files": (
        "grant execute on function pg_ls_dir(text) to mallory",
        ("pg_ls_dir(text)", "EXECUTE"),
    ),
    "the server's own functions": (
        "update pg_language set lanpltrusted = true where lanname = 'internal'",
        ("internal", "trusted language"),
    ),
}


@probe("shop", *POWERS)
def the_doctor_finds(database: Any, name: str) -> None:
    """Roles belong to the cluster: whatever happens is undone."""
    admin = opened(database)
    statements, finding = POWERS[name]
    with admin.transaction(force_rollback=True):
        admin.execute("create role mallory login")
        admin.execute(statements.encode())
        found = admin.execute(
            "select f.object, f.subject from audit.doctor() as f where f.level = 'blocking'"
        ).fetchall()
        assert finding in found, found
