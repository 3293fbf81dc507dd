"""The only reader of the environment; everything else receives a `Settings`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

#: Where a root installation keeps its state: every parent is traversable by a demoted server.
ROOT_HOME = Path("/var/lib/timeseal")


@dataclass(frozen=True, slots=True)
class Settings:
    """Where Timeseal keeps its state and which PostgreSQL it talks to.

    `dsn` set means an external server; otherwise the embedded one under `home` is used. `stores`
    holds a folder per store: your own stores, and changes laid over those of the market.
    """

    home: Path
    database: str = "demo"
    dsn: str | None = None
    pg_bindir: Path | None = None
    stores: Path | None = None

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read TIMESEAL_HOME, TIMESEAL_DSN, TIMESEAL_PG_BINDIR, TIMESEAL_DB, TIMESEAL_STORES."""
        env = os.environ if environ is None else environ
        home = env.get("TIMESEAL_HOME")
        bindir = env.get("TIMESEAL_PG_BINDIR")
        stores = env.get("TIMESEAL_STORES")
        return cls(
            home=Path(home).expanduser().absolute() if home else _default_home(env),
            database=env.get("TIMESEAL_DB") or "demo",
            dsn=env.get("TIMESEAL_DSN") or None,
            pg_bindir=Path(bindir).expanduser().absolute() if bindir else None,
            stores=Path(stores).expanduser().absolute() if stores else None,
        )


def _default_home(env: Mapping[str, str]) -> Path:
    if os.geteuid() == 0:
        return ROOT_HOME
    state = env.get("XDG_STATE_HOME")
    root = Path(state) if state else Path.home() / ".local" / "state"
    return root / "timeseal"
