"""`intact demo`: see a lost fact being found."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Mapping
from typing import Any

import typer

from intact_collector.cli.output import Format, FormatOption, JsonOption, printed

# What was planted, so that the reader can check the answer. The answer itself is measured.
_BEFORE = """\
Three agents handle a refund in two processes: triage and billing at a front desk, shipping in a
warehouse. A collector on this machine gets their OpenTelemetry spans, with fingerprints in place
of content. Planted on the way:

  - a summary leaves out the deadline, refund_by, which triage declared must-keep
  - the same summary writes a date in other words, which is no loss
  - a form on the way to shipping takes whole amounts only

What the collector found:
"""

_AFTER = """\
Next: `intact serve` starts a collector that stays; mark your agents with @intact.agent("name").
The agents of this demo are ordinary programs to read: python -m pydoc intact_collector.demo"""


EXAMPLES = """\b
Examples:
  intact demo
  intact demo --json
"""


def demo(output: FormatOption = Format.TEXT, as_json: JsonOption = False) -> None:
    """Play three agents with planted losses, offline, and show what was lost where.

    Takes some seconds. Everything runs on this machine, in a temporary directory that is gone
    afterwards; nothing is sent anywhere.
    """
    how = Format.JSON if as_json else output
    if how is Format.TEXT:
        typer.echo(_BEFORE)
    answer = asyncio.run(_until_stopped())
    printed(answer, how)
    if how is Format.TEXT:
        typer.echo(f"\n{_AFTER}")


async def _until_stopped() -> Mapping[str, Any]:
    """The demo; SIGTERM ends it like Ctrl-C does, with everything that it started."""
    # Here, since servers and exporters take half a second that other commands do not need.
    from intact_collector.demo.run import run

    task = asyncio.ensure_future(run())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        raise typer.Exit(128 + signal.SIGTERM) from None
