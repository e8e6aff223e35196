"""Files of telemetry as an argument: every command that reads some takes them in the same way."""

from __future__ import annotations

from typing import Annotated

import typer

FilesArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="FILE...",
        help="OTLP as JSON, JSON lines or protobuf, also gzipped; - is standard input.",
        show_default=False,
    ),
]
