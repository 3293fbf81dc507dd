"""Which PostgreSQL we talk to: what every server answers, and the external one.

Owns addresses, not connections. The embedded server lives in `embedded.py`.
"""

from __future__ import annotations

from typing import Literal, Protocol

from psycopg.conninfo import conninfo_to_dict, make_conninfo

Role = Literal["admin", "worker", "certifier", "training"]

#: The login of each role; `admin` is whoever owns the connection.
LOGINS: dict[Role, str] = {
    "worker": "timeseal_worker",
    "certifier": "timeseal_certifier",
    "training": "ml_training",
}


class Server(Protocol):
    """A PostgreSQL server that can be addressed as any of our roles."""

    @property
    def sets_role(self) -> bool:
        """True when the connection logs in as itself and must `set role` afterwards."""
        ...

    @property
    def maintenance(self) -> str:
        """A database that exists, to create others from."""
        ...

    def dsn(self, database: str, role: Role = "admin") -> str:
        """libpq connection string, password included where there is one."""
        ...


class External:
    """A server named by TIMESEAL_DSN: we own no login there, so roles are set, not logged in as."""

    sets_role = True
    maintenance: str

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self.maintenance = str(conninfo_to_dict(dsn).get("dbname") or "postgres")

    def dsn(self, database: str, role: Role = "admin") -> str:
        """The given DSN with the database replaced."""
        del role
        return make_conninfo(self._dsn, dbname=database)
