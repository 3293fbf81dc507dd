"""The one tree of errors; owns their codes and exit codes, knows nothing else.

::

    TimesealError                 TS000  exit 1
    ├── ClaimFailed               TS001  exit 1   a check, a guard or a certificate says no
    │   ├── AppendOnlyRefused     TS002  exit 1
    │   ├── ContractBroken        TS004  exit 1
    │   └── DriftFound            TS005  exit 1
    ├── UsageError                TS003  exit 2   a declaration or an argument is wrong
    └── EnvironmentProblem        TS010  exit 3   the machine cannot do it as it stands
        ├── ServerUnavailable     TS011  exit 3
        ├── InstallRefused        TS012  exit 3
        └── PackageBroken         TS013  exit 3   a file of the package is missing or malformed

Every error says what was expected and what was found, and ends in the command that mends it.
"""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """What the process answers to its caller."""

    OK = 0
    CLAIM_FAILED = 1
    USAGE = 2
    ENVIRONMENT = 3


class TimesealError(Exception):
    """Anything Timeseal refuses or cannot do, with the way out."""

    code: ClassVar[str] = "TS000"
    exit_code: ClassVar[ExitCode] = ExitCode.CLAIM_FAILED

    def __init__(
        self,
        what: str,
        *,
        expected: str | None = None,
        found: str | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(what)
        self.what = what
        self.expected = expected
        self.found = found
        self.hint = hint

    @property
    def message(self) -> str:
        """One line: what — expected …, found …."""
        parts = [
            f"{word} {value}"
            for word, value in (("expected", self.expected), ("found", self.found))
            if value is not None
        ]
        return f"{self.what} — {', '.join(parts)}" if parts else self.what

    def __str__(self) -> str:
        text = f"{self.code}: {self.message}"
        return f"{text}\nhint: {self.hint}" if self.hint else text


class ClaimFailed(TimesealError):
    """A claim about the data does not hold, so the door stays closed."""

    code = "TS001"


class AppendOnlyRefused(ClaimFailed):
    """Somebody tried to change what may only be added to."""

    code = "TS002"


class ContractBroken(ClaimFailed):
    """The live relation is not what its feature contract says."""

    code = "TS004"


class DriftFound(ClaimFailed):
    """Current fingerprints differ from the accepted baseline."""

    code = "TS005"


class UsageError(TimesealError):
    """The caller's argument or declaration is wrong."""

    code = "TS003"
    exit_code = ExitCode.USAGE


class EnvironmentProblem(TimesealError):
    """The machine, the server or the installation cannot do it as it stands."""

    code = "TS010"
    exit_code = ExitCode.ENVIRONMENT


class ServerUnavailable(EnvironmentProblem):
    """No PostgreSQL answers, or none can be started."""

    code = "TS011"


class InstallRefused(EnvironmentProblem):
    """Installing would touch what is not ours, or lacks a right."""

    code = "TS012"


class PackageBroken(EnvironmentProblem):
    """A file that ships with Timeseal is missing or malformed."""

    code = "TS013"
