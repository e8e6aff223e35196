"""The command and its subcommands, and what happens when one of them fails.

Exit codes: 0 done; 1 something outside is in the way (a port, a directory, a disk); 2 the command
line, a setting or a file is wrong. Errors of ours are one message on stderr, never a traceback.
"""

from __future__ import annotations

import functools
import os
import signal
import sys
from collections.abc import Callable
from importlib.metadata import version
from typing import Annotated, NoReturn, ParamSpec

import typer

from intact.errors import ConfigError, IntactError
from intact_collector.cli import demo, doctor, report, serve
from intact_collector.errors import Unreachable, UnreadableFile

P = ParamSpec("P")

_EXAMPLES = """\b
Begin with:
  intact demo                   see a lost fact being found, offline
  intact serve                  receive OTLP on 4317 and 4318, page on 4380
  intact report traces.jsonl    measure what is in a file
  intact doctor traces.jsonl    say what that file supports, and what to change
"""

#: The commands, with the line that the list of commands has of each.
_COMMANDS = (
    (serve.serve, "Run the collector.", serve.EXAMPLES),
    (report.report, "Measure recorded telemetry.", report.EXAMPLES),
    (doctor.doctor, "Say what telemetry supports, and what to change.", doctor.EXAMPLES),
    (demo.demo, "Show a loss being found, offline.", demo.EXAMPLES),
)

_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


def main() -> int:
    """Run the command line; it exits with the code of the command."""
    application()(prog_name="intact")
    return 0


def application() -> typer.Typer:
    """The command with its subcommands."""
    # Not typer's own rendering of exceptions: it prints local variables, and those hold content.
    app = typer.Typer(
        help="Measure what survives when one AI agent hands over to the next.",
        epilog=_EXAMPLES,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        add_completion=False,
        context_settings=_CONTEXT,
    )
    app.callback()(_options)
    for command, line, examples in _COMMANDS:
        register = app.command(short_help=line, epilog=examples, context_settings=_CONTEXT)
        register(_guarded(command))
    return app


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"intact {version('intact')}")
        raise typer.Exit


def _options(
    show_version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version and exit.", is_eager=True, callback=_print_version
        ),
    ] = False,
) -> None:
    """Options of the command itself; `--version` is done by the time this runs."""


def _guarded(command: Callable[P, None]) -> Callable[P, None]:
    """Turn expected failures into a message and an exit code."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
            sys.stdout.flush()
        except (ConfigError, Unreachable, UnreadableFile) as error:
            _fail(error, 2)
        except IntactError as error:
            _fail(error, 1)
        except KeyboardInterrupt:
            raise typer.Exit(128 + signal.SIGINT) from None
        except BrokenPipeError:
            # Who reads us has seen enough, as with `| head`. Python would complain at exit, too.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(128 + signal.SIGPIPE) from None

    return run


def _fail(error: IntactError, code: int) -> NoReturn:
    typer.echo(f"intact: {error}", err=True)
    raise typer.Exit(code) from None
