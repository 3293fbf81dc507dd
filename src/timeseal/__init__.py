"""Timeseal: nothing from after t0 gets in; nothing uncertified gets out.

Public names are looked up when they are first used, so that `import timeseal` stays instant.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from timeseal.seal.asof import AsofPlan, AsofView, join_asof, plan_asof
    from timeseal.seal.reading import (
        CertifiedRows,
        Held,
        read_certified,
        refusals,
        require_certified,
    )

__all__ = [
    "AsofPlan",
    "AsofView",
    "CertifiedRows",
    "Held",
    "__version__",
    "join_asof",
    "plan_asof",
    "read_certified",
    "refusals",
    "require_certified",
]
__version__ = "0.1.0"

_HOMES = {
    "AsofPlan": "timeseal.seal.asof",
    "AsofView": "timeseal.seal.asof",
    "CertifiedRows": "timeseal.seal.reading",
    "Held": "timeseal.seal.reading",
    "join_asof": "timeseal.seal.asof",
    "plan_asof": "timeseal.seal.asof",
    "read_certified": "timeseal.seal.reading",
    "refusals": "timeseal.seal.reading",
    "require_certified": "timeseal.seal.reading",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(home), name)
