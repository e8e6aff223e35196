"""`intact doctor`: what telemetry can and cannot support, and what to change."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import orjson
import typer

from intact.errors import ConfigError
from intact_collector.cli.client import DEFAULT_URL, asked
from intact_collector.cli.files import FilesArgument
from intact_collector.cli.output import Format, FormatOption, JsonOption, speaks_unicode
from intact_collector.diagnosis import Tally, diagnose
from intact_collector.diagnosis.document import document, to_markdown, to_text
from intact_collector.report.document import own_version

EXAMPLES = """\b
Examples:
  intact doctor traces.jsonl
  intact doctor traces.jsonl logs.jsonl --json
  intact doctor --live
  INTACT_TOKEN=... intact doctor --live --url https://collector.example:4380
"""


def doctor(
    files: FilesArgument = None,
    live: Annotated[
        bool, typer.Option("--live", help="Ask a running collector, in place of files.")
    ] = False,
    url: Annotated[
        str, typer.Option("--url", metavar="URL", help="Its --http address, with --live.")
    ] = DEFAULT_URL,
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Say what this telemetry supports: agents, sessions, handoffs, what is measured and why not.

    One line for each thing that stands in the way, worst first, with one fix in the words of the
    framework that was seen. Files also show places that tell content although its capture is off.
    Exit code 0, also when there are no agents; 2 when a file or the collector cannot be read.
    """
    if bool(files) == live:
        raise ConfigError("give files, or --live; for example: intact doctor traces.jsonl")
    found = _of_files(files) if files else asked(url, "/api/v1/diagnosis", os.environ)
    how = Format.JSON if as_json else output
    if how is Format.JSON:
        text = orjson.dumps(found, option=orjson.OPT_INDENT_2).decode() + "\n"
    elif how is Format.MARKDOWN:
        text = to_markdown(found)
    else:
        text = to_text(found, plain=not speaks_unicode())
    sys.stdout.write(text)


def _of_files(files: Sequence[str]) -> dict[str, Any]:
    from intact_collector.hosts.files import read_files

    tally = Tally()
    reading = read_files(files, tally=tally)
    found = diagnose(tally, reading.sessions, others=reading.others, notes=reading.notes)
    return {"intact": own_version(), **document(found)}
