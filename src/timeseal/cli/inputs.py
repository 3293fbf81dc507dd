"""Where the real input lies: a checkout has it beside the package, a wheel never carries it."""

from __future__ import annotations

from pathlib import Path

import click

from timeseal.cli.options import option
from timeseal.errors import EnvironmentProblem

CARS = Path("kleinanzeigen-cars/kleinanzeigen_cars_34864.csv")
DIRTY = Path("kleinanzeigen-cars/kleinanzeigen_cars_raw_dirty_18704.csv")
GEOGRAPHY = Path("germany-geo")
PHONES = Path("phones-world")
CHECKOUT = Path(__file__).resolve().parents[3] / "data"

data_option = option(
    "--data",
    "data",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="TIMESEAL_DATA",
    help="Folder of the real input.  [default: data/ of the checkout]",
)


def find(part: Path, data: Path | None = None) -> Path:
    """A file or folder of the input: in `data`, else in ./data, else in the checkout's."""
    places = [data] if data else [Path("data"), CHECKOUT]
    for place in places:
        if (place / part).exists():
            return place / part
    raise EnvironmentProblem(
        "the real input is not here; the installed package does not carry it",
        expected=str(part),
        found="none in " + ", ".join(str(place) for place in places),
        hint="run inside a checkout, or name the folder: timeseal demo --data FOLDER",
    )
