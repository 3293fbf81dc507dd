"""Timeseal: nothing from after t0 gets in; nothing uncertified gets out."""

from __future__ import annotations

__version__ = "0.1.0"
