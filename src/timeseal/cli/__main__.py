"""Entry point: the table of commands, and the one place where errors become exit codes.

A command is imported when it is called, so that `--help` stays fast. Adding one is one line in
COMMANDS.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import NamedTuple

import click

from timeseal import __version__
from timeseal.errors import EnvironmentProblem, ExitCode, TimesealError


class Lazy(NamedTuple):
    """Where a command lives; `help` is shown without importing it."""

    module: str
    attribute: str
    help: str


#: Top-level commands and groups in the order they are shown.
COMMANDS: dict[str, Lazy] = {
    "demo": Lazy("timeseal.cli.demo", "demo", "The whole path on real data, in minutes."),
    "status": Lazy("timeseal.cli.status", "status", "Which doors are open, and why not."),
    "certify": Lazy("timeseal.cli.certify", "certify", "Run all gates and record the result."),
    "explain": Lazy("timeseal.cli.explain", "explain", "Name the cell, the cause and the fix."),
    "run": Lazy("timeseal.cli.run", "run", "Run one job of the job table once."),
    "doctor": Lazy("timeseal.cli.doctor", "doctor", "List every way around the guard."),
    "db": Lazy("timeseal.cli.db", "db", "The database: start, stop, create, connect."),
    "store": Lazy("timeseal.cli.store", "store", "Stores: plan, refresh, publish, show."),
    "seal": Lazy("timeseal.cli.seal", "seal", "Seal any view of any database."),
    "contract": Lazy("timeseal.cli.contract", "contract", "Contracts: draft, stamp, promote."),
    "asof": Lazy("timeseal.cli.asof", "asof", "Training frames as of each row's t0."),
    "adopt": Lazy("timeseal.cli.adopt", "adopt", "Turn a table that others write into facts."),
    "load": Lazy("timeseal.cli.load", "load", "Load files as facts."),
    "geo": Lazy("timeseal.cli.geo", "geo", "Geography: dated releases, and which one is pinned."),
    "model": Lazy("timeseal.cli.model", "model", "Models: train, score, show."),
}

#: SQLSTATEs of the engine; anything else the database says is an environment problem.
SQL_EXITS = {
    "TS001": ExitCode.CLAIM_FAILED,
    "TS002": ExitCode.CLAIM_FAILED,
    "TS003": ExitCode.USAGE,
    "TS004": ExitCode.CLAIM_FAILED,
    "TS005": ExitCode.CLAIM_FAILED,
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The table's order, not the alphabet's."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module that owns the command."""
        lazy = COMMANDS.get(cmd_name)
        if lazy is None:
            return None
        command: click.Command = getattr(import_module(lazy.module), lazy.attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, lazy.help) for name, lazy in COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 ok, 1 a claim failed, 2 usage, 3 environment.",
)
@click.version_option(__version__, prog_name="timeseal")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Nothing from after t0 gets in; nothing uncertified gets out."""
    if ctx.invoked_subcommand is None:
        from timeseal.cli.next_step import next_step

        click.echo(next_step())


def run(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code; errors go to stderr with the way out."""
    try:
        result = cli.main(args=argv, prog_name="timeseal", standalone_mode=False)
    except TimesealError as error:
        click.echo(str(error), err=True)
        return int(error.exit_code)
    except click.ClickException as error:
        error.show()
        return int(ExitCode.USAGE)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        return 130
    except PermissionError as error:
        problem = EnvironmentProblem(
            "this user may not touch a file of Timeseal",
            expected="read and write permission",
            found=f"none for {error.filename}",
            hint="run as the user who ran: timeseal db start   (or set TIMESEAL_HOME)",
        )
        click.echo(str(problem), err=True)
        return int(problem.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        return int(ExitCode.OK)
    except Exception as error:
        return _unexpected(error)
    return result if isinstance(result, int) else int(ExitCode.OK)


def _unexpected(error: Exception) -> int:
    """What the database refuses carries its own code and hint; the rest is a defect of ours."""
    diag = getattr(error, "diag", None)
    state = getattr(error, "sqlstate", None)
    if diag is None:
        traceback.print_exception(error)
        return int(ExitCode.ENVIRONMENT)
    text = diag.message_primary or str(error).strip()
    click.echo(text if text.startswith("TS0") else f"{state or 'TS011'}: {text}", err=True)
    for word, value in (("detail", diag.message_detail), ("hint", diag.message_hint)):
        if value:
            click.echo(f"{word}: {value}", err=True)
    if not diag.message_hint:
        click.echo("hint: timeseal doctor", err=True)
    return int(SQL_EXITS.get(state or "", ExitCode.ENVIRONMENT))


def main() -> None:
    """Console script."""
    sys.exit(run())


if __name__ == "__main__":
    main()
