"""How an answer is printed: the format that was asked for, and colour where it helps."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any

import orjson
import typer

from intact_collector.report import to_markdown, to_text


class Format(StrEnum):
    """For people, for programs, for a pull request."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


FormatOption = Annotated[
    Format,
    typer.Option("--format", metavar="text|json|markdown", help="How the answer is printed."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="The same as --format json.")]


def printed(answer: Mapping[str, Any], how: Format, notes: Sequence[str] = ()) -> None:
    """Print a report: ``answer`` is the object of the JSON format.

    Raises:
        BrokenPipeError: Who reads standard output went away.
    """
    if how is Format.JSON:
        text = orjson.dumps(answer, option=orjson.OPT_INDENT_2).decode() + "\n"
    elif how is Format.MARKDOWN:
        text = to_markdown(answer["sessions"], notes=notes)
    else:
        text = to_text(
            answer["sessions"], colour=_colour(), plain=not speaks_unicode(), notes=notes
        )
    sys.stdout.write(text)
    sys.stdout.flush()


def _colour() -> bool:
    """Colour is for a terminal whose user did not decline it (https://no-color.org)."""
    return (
        sys.stdout.isatty()
        and not os.environ.get("NO_COLOR")
        and os.environ.get("TERM", "") != "dumb"
    )


def speaks_unicode() -> bool:
    """Whether standard output can show marks and arrows."""
    try:
        "✓→".encode(sys.stdout.encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return False
    return True
