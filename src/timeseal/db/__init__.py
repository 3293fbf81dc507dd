"""PostgreSQL and nothing above it: servers, connections, SQL files, installation."""

from __future__ import annotations
