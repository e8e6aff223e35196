"""`intact serve`: the collector."""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from intact_collector.cli.settings import chosen, option
from intact_collector.config import show

if TYPE_CHECKING:
    from intact_collector.hosts.embedded import Collector

EXAMPLES = """\b
Examples:
  intact serve
  intact serve --http 127.0.0.1:0 --settle 1s
  intact serve --export-endpoint http://otel.example:4317
  intact serve --print-config > intact.yaml
"""


def serve(
    config: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="YAML file with `name: value` lines. [INTACT_CONFIG]"),
    ] = None,
    otlp_grpc: Annotated[str | None, option("otlp_grpc")] = None,
    otlp_http: Annotated[str | None, option("otlp_http")] = None,
    http: Annotated[str | None, option("http")] = None,
    data: Annotated[str | None, option("data")] = None,
    settle: Annotated[str | None, option("settle")] = None,
    idle: Annotated[str | None, option("idle")] = None,
    keep: Annotated[str | None, option("keep")] = None,
    guess: Annotated[str | None, option("guess")] = None,
    names: Annotated[str | None, option("names")] = None,
    redact: Annotated[str | None, option("redact")] = None,
    max_request: Annotated[str | None, option("max_request")] = None,
    export_endpoint: Annotated[str | None, option("export_endpoint")] = None,
    export_protocol: Annotated[str | None, option("export_protocol")] = None,
    export_interval: Annotated[str | None, option("export_interval")] = None,
    drain: Annotated[str | None, option("drain")] = None,
    tls_cert: Annotated[str | None, option("tls_cert")] = None,
    tls_key: Annotated[str | None, option("tls_key")] = None,
    tls_client_ca: Annotated[str | None, option("tls_client_ca")] = None,
    tokens_file: Annotated[str | None, option("tokens_file")] = None,
    print_config: Annotated[
        bool, typer.Option("--print-config", help="Print all settings as a file, and exit.")
    ] = False,
    check_config: Annotated[
        bool, typer.Option("--check-config", help="Check all settings, and exit.")
    ] = False,
) -> None:
    """Run the collector: receive OTLP, measure handoffs, show and export them.

    It works without any setting. An argument wins over its environment variable, that over the
    file, that over the default. Stop it with Ctrl-C or SIGTERM: it finishes what it took and keeps
    open sessions for the next start. SIGHUP reads the file, tokens and certificates again.
    """
    arguments = {
        "otlp_grpc": otlp_grpc, "otlp_http": otlp_http, "http": http, "data": data,
        "settle": settle, "idle": idle, "keep": keep, "guess": guess, "names": names,
        "redact": redact, "max_request": max_request,
        "export_endpoint": export_endpoint, "export_protocol": export_protocol,
        "export_interval": export_interval, "drain": drain, "tls_cert": tls_cert,
        "tls_key": tls_key, "tls_client_ca": tls_client_ca, "tokens_file": tokens_file,
    }  # fmt: skip
    settings = chosen(arguments, config)
    if print_config:
        typer.echo(show(settings), nl=False)
        return
    if check_config:
        typer.echo("the configuration is right")
        return
    # Here, since servers and exporters take half a second that other commands do not need.
    from intact_collector.hosts.embedded import run

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("intact_collector").setLevel(logging.INFO)
    asyncio.run(run(settings, os.environ, _announce, lambda: chosen(arguments, config)))


def _announce(collector: Collector) -> None:
    """One line for each thing that somebody has to know to use it."""
    exports = ", ".join(collector.exports_to) or "nothing; --export-endpoint URL sends metrics"
    scheme = "http" if collector.settings.tls_cert is None else "https"
    lines = {
        "OTLP/gRPC": f"{scheme}://{collector.otlp_grpc}",
        "OTLP/HTTP": f"{scheme}://{collector.otlp_http}",
        "page, API": f"{scheme}://{collector.http}",
        "data in": collector.settings.data,
        "exports": exports,
    }
    typer.echo(f"intact {collector.version} is ready")
    for name, value in lines.items():
        typer.echo(f"  {name:<10} {value}")
