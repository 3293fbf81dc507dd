"""Timeseal: nothing from after t0 gets in; nothing uncertified gets out.

Public names are looked up when they are first used, so that `import timeseal` stays instant.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from timeseal.seal.reading import (
        CertifiedRows,
        Held,
        read_certified,
        refusals,
        require_certified,
    )

__all__ = [
    "CertifiedRows",
    "Held",
    "__version__",
    "read_certified",
    "refusals",
    "require_certified",
]
__version__ = "0.1.0"

_HOMES = {
    "CertifiedRows": "timeseal.seal.reading",
    "Held": "timeseal.seal.reading",
    "read_certified": "timeseal.seal.reading",
    "refusals": "timeseal.seal.reading",
    "require_certified": "timeseal.seal.reading",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(home), name)
