"""`timeseal geo release …`: dated releases of geography, and which mapping is pinned."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from timeseal.cli.opened import opened
from timeseal.cli.options import database_option, json_option, option, reason_option
from timeseal.cli.output import emit_fields, emit_json, emit_rows, progress, say

if TYPE_CHECKING:
    from timeseal.market.reference import Release
    from timeseal.market.rows import BrokenRule

DAY = click.DateTime(("%Y-%m-%d",))
MOMENT = click.DateTime(("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"))
COLUMNS = ("release", "published", "designed until", "rows", "pinned", "verdict", "title")


@click.group()
def geo() -> None:
    """Geography of the market."""


@geo.group()
def release() -> None:
    """Dated releases: load, pin, list.

    \b
    Example:
      timeseal geo release list
    """


@release.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path), metavar="FILE|FOLDER")
@option(
    "--kind",
    required=True,
    envvar="TIMESEAL_GEO_KIND",
    help="postal, kommune, socio, fylke or super-metro: what the rows say.",
)
@option(
    "--published-at",
    type=MOMENT,
    required=True,
    envvar="TIMESEAL_GEO_PUBLISHED_AT",
    help="When it was published, UTC; a bare day counts from its end.",
)
@option(
    "--release",
    "name",
    envvar="TIMESEAL_GEO_RELEASE",
    help="Name of the release.  [default: kind and day of publication]",
)
@option("--title", envvar="TIMESEAL_GEO_TITLE", help="What it is.  [default: the file's name]")
@option(
    "--publisher",
    default="not stated",
    envvar="TIMESEAL_GEO_PUBLISHER",
    help="Who published it.",
)
@option(
    "--licence",
    default="not stated",
    envvar="TIMESEAL_GEO_LICENCE",
    help="Under which terms.",
)
@option(
    "--snapshot-date",
    type=DAY,
    envvar="TIMESEAL_GEO_SNAPSHOT_DATE",
    help="Day its content holds for.  [default: the day of publication]",
)
@option("--valid-from", type=DAY, envvar="TIMESEAL_GEO_VALID_FROM", help="First day it holds.")
@option("--valid-to", type=DAY, envvar="TIMESEAL_GEO_VALID_TO", help="Last day it holds.")
@option(
    "--designed-on-until",
    type=DAY,
    envvar="TIMESEAL_GEO_DESIGNED_ON_UNTIL",
    help="Last day of the data that shaped a mapping; a super-metro mapping needs it.",
)
@option(
    "--standard",
    envvar="TIMESEAL_GEO_STANDARD",
    help="Classification that centrality classes follow, such as ssb-0-3.",
)
@database_option
@json_option
def load(
    path: Path,
    kind: str,
    published_at: datetime,
    name: str | None,
    title: str | None,
    publisher: str,
    licence: str,
    snapshot_date: datetime | None,
    valid_from: datetime | None,
    valid_to: datetime | None,
    designed_on_until: datetime | None,
    standard: str | None,
    database: str,
    as_json: bool,
) -> None:
    """Load a file, or the files of a folder, as one dated release; bad rows go to quarantine.

    Loading the same release twice changes nothing; other content under its name is refused.

    \b
    Example:
      timeseal geo release load postnummer.tab --kind postal --published-at 2026-01-22 --db phones
    """
    from timeseal.market.geo_release import Paper, read_release
    from timeseal.market.rows import summarise

    found = read_release(
        path,
        Paper(
            release_id=name or f"{kind}-{published_at:%Y-%m-%d}",
            kind=kind,
            published_at=_moment(published_at),
            title=title or path.name,
            publisher=publisher,
            licence=licence,
            snapshot_date=snapshot_date.date() if snapshot_date else published_at.date(),
            valid_from=valid_from.date() if valid_from else None,
            valid_to=valid_to.date() if valid_to else None,
            designed_on_until=designed_on_until.date() if designed_on_until else None,
            constants={"centrality_standard": standard} if standard else {},
        ),
    )
    with opened(database, "worker") as conn, progress(f"loading {path.name}"):
        fresh = found.load(conn)
    broken = summarise(found.rejections)
    if as_json:
        emit_json(_document(found, broken, fresh))
    else:
        _show(found, broken, fresh)


@release.command()
@click.argument("name", metavar="RELEASE")
@reason_option
@database_option
@json_option
def pin(name: str, reason: str | None, database: str, as_json: bool) -> None:
    """Make RELEASE the mapping of the geo store, on record.

    The store's definition changes with it: publish it anew, every row. A map younger than the first
    ad needs a reason, which becomes a waiver that every certificate prints.

    \b
    Example:
      timeseal geo release pin super-metro-2026-11-21 --reason "designed on data of 2021" --db phones
    """  # noqa: E501
    from timeseal.market import geo as market_geo

    with opened(database, "admin") as conn:
        pinned = market_geo.pin(conn, name, reason)
    if as_json:
        emit_json(asdict(pinned))
        return
    say(f"pinned: {pinned.release_id}")
    for number in pinned.waivers:
        say(f"waiver {number} recorded: the map is younger than the first ad")
    if pinned.to_accept:
        say("the accepted definition names another pin; accept the new one:")
    for entrypoint in pinned.to_accept:
        say(f"hint: CALL audit.capture_viewdef_baseline('{entrypoint}')")
    say("hint: timeseal store publish geo --full --reason WHY")


@release.command("list")
@database_option
@json_option
def list_releases(database: str, as_json: bool) -> None:
    """List the loaded releases: when published, whether the ads may read them, which is pinned.

    \b
    Example:
      timeseal geo release list --json
    """
    from timeseal.market import geo as market_geo

    with opened(database, "worker") as conn:
        found = market_geo.listed(conn)
    if as_json:
        emit_json([asdict(one) for one in found])
        return
    rows = [
        (one.release_id, f"{one.published_at.astimezone(UTC):%Y-%m-%d}", one.designed_on_until,
         one.row_count, "pinned" if one.pinned else None, one.verdict, one.title)
        for one in found
    ]  # fmt: skip
    emit_rows(COLUMNS, rows)


def _moment(given: datetime) -> datetime:
    """A bare day is published when it is over; a moment is taken as it is."""
    whole_day = given.time() == datetime.min.time()
    return (given + timedelta(days=1) if whole_day else given).replace(tzinfo=UTC)


def _document(found: Release, broken: tuple[BrokenRule, ...], fresh: bool) -> dict[str, object]:
    return {
        "release": found.release_id,
        "loaded": fresh,
        "published_at": found.published_at,
        "rows": found.row_count,
        "quarantined": len({one.row_number for one in found.rejections}),
        "broken": [
            {
                "column": one.column,
                "reason": one.reason,
                "expected": one.expected,
                "rows": one.count,
            }
            for one in broken
        ],
    }


def _show(found: Release, broken: tuple[BrokenRule, ...], fresh: bool) -> None:
    if not fresh:
        say(f"{found.release_id}: this very release is loaded; nothing changed")
        return
    document = _document(found, (), fresh)
    emit_fields(
        {name: value for name, value in document.items() if name not in ("loaded", "broken")}
    )
    if broken:
        emit_rows(
            ("column", "reason", "rows", "expected"),
            [(one.column, one.reason, one.count, one.expected) for one in broken],
        )
