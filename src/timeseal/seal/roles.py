"""Acting as the owner of the engine; the switch itself is `timeseal.db.ownership`."""

from __future__ import annotations

from timeseal.db.ownership import OWNER, Connection, acting_as_owner

__all__ = ["OWNER", "Connection", "acting_as_owner"]
