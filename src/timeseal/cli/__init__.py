"""The command line: parses, talks, exits. The only place that prints."""

from __future__ import annotations
