"""What can be installed and from which manifest: all that is known here of upper layers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from timeseal.db.sqlfile import SqlFile, read_manifest
from timeseal.errors import UsageError


@dataclass(frozen=True, slots=True)
class Component:
    """A named list of SQL files; `needs` are installed before it."""

    name: str
    package: str
    manifest: str
    needs: tuple[str, ...] = ()

    def files(self) -> list[SqlFile]:
        """The component's files in order."""
        return read_manifest(self.package, self.name, self.manifest)


COMPONENTS: dict[str, Component] = {
    one.name: one
    for one in (
        Component("install", "timeseal.db", "sql/manifest.toml"),
        Component("seal", "timeseal.seal", "sql/manifest.toml", ("install",)),
        Component("contract", "timeseal.seal", "sql/manifest.toml", ("seal",)),
        Component("market", "timeseal.market", "flow/manifest.toml", ("contract",)),
        Component("cars", "timeseal.market", "flow/manifest.toml", ("market",)),
        Component("phones", "timeseal.market", "flow/manifest.toml", ("market",)),
        Component("phones_truth", "timeseal.market", "flow/manifest.toml", ("phones",)),
    )
}


def in_order(names: Iterable[str]) -> list[Component]:
    """The named components and all they need, each once, needs first."""
    ordered: dict[str, Component] = {}

    def visit(name: str) -> None:
        if name not in COMPONENTS:
            raise UsageError(
                f"unknown component {name}",
                expected=", ".join(COMPONENTS),
                found=name,
                hint="timeseal db create --help",
            )
        for need in COMPONENTS[name].needs:
            visit(need)
        ordered.setdefault(name, COMPONENTS[name])

    for name in names:
        visit(name)
    return list(ordered.values())
