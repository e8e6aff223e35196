"""`intact report`: what is in files of telemetry, or in the data directory of a collector."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from intact.codec.disclose import Names
from intact.errors import ConfigError
from intact_collector.cli.files import FilesArgument
from intact_collector.cli.output import Format, FormatOption, JsonOption, printed
from intact_collector.config import alone
from intact_collector.config.values import moment
from intact_collector.report import document
from intact_collector.report.document import own_version
from intact_collector.report.order import worst_first

Sessions = Sequence[Mapping[str, Any]]


EXAMPLES = """\b
Examples:
  intact report traces.jsonl
  intact report traces-*.jsonl.gz --worst 3
  intact report --data ~/.local/state/intact --since 2h --format markdown
  kubectl logs deploy/otel | intact report - --json
"""


def report(
    files: FilesArgument = None,
    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Read what a stopped collector holds, in place of files."),
    ] = None,
    session: Annotated[
        str | None, typer.Option(metavar="ID", help="Only the session with this id.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="TIME", help="Only sessions that were active since: 2026-11-20T09:00Z, or 2h."
        ),
    ] = None,
    worst: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Only the N worst sessions.")
    ] = None,
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Measure the handoffs in recorded telemetry and say what was lost where.

    Exit code 0 when everything could be read, also when there are no agents in it; 2 when a file
    cannot be read. Nothing is stored and nothing is sent.
    """
    if bool(files) == (data is not None):
        raise ConfigError("give files, or --data DIR; for example: intact report traces.jsonl")
    start = None if since is None else _moment(since)
    sessions, notes = _from_files(files) if files else _from_directory(data)
    chosen = [
        one
        for one in sessions
        if (session is None or one["session_id"] == session)
        and (start is None or _nanoseconds(one["end"]) >= start)
    ]
    if worst is not None:
        chosen = list(worst_first(chosen))[:worst]
    if sessions and not chosen:
        notes.append(f"none of {len(sessions)} sessions matches --session or --since")
    answer = {"intact": own_version(), "sessions": chosen}
    printed(answer, Format.JSON if as_json else output, notes)


def _from_files(files: Sequence[str]) -> tuple[Sessions, list[str]]:
    from intact_collector.hosts.files import read_files
    from intact_collector.reduce import Discretion

    names, redact = (alone(name, os.environ) for name in ("names", "redact"))
    reading = read_files(files, discretion=Discretion(Names(names), redact or ()))
    return [document(one) for one in reading.sessions], list(reading.notes)


def _from_directory(data: Path | None) -> tuple[Sessions, list[str]]:
    from intact_collector.hosts.holding import held

    assert data is not None
    return held(data), []


def _moment(text: str) -> int:
    try:
        return moment(text, time.time())
    except ValueError as wrong:
        raise ConfigError(f"--since is {text!r}, which is {wrong}") from None


def _nanoseconds(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1e9)
