"""Processes that hand over to each other, played in one: each with its own settings and spans."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any

from opentelemetry import context
from opentelemetry.context import Context
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

import intact
from intact.config import Settings
from intact.testing import Collector
from intact.trace import runtime


class Process:
    """While its block is open, the library is what it would be in this process."""

    def __init__(self, collector: Collector, **settings: Any) -> None:
        self._provider = TracerProvider()
        self._provider.add_span_processor(SimpleSpanProcessor(collector.exporter))
        runtime.reset()
        self.runtime = runtime.use(Settings(**settings), self._provider)

    def __enter__(self) -> Process:
        runtime._runtime = self.runtime
        self._token = context.attach(Context())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        context.detach(self._token)
        runtime.reset()


def give(process: Process, state: object, session: str | None = "journey-42") -> Mapping[str, str]:
    """An agent of this process is given a state and hands it to `billing`; the headers."""
    with process:

        @intact.agent("triage")
        def triage(state: object) -> Mapping[str, str]:
            return intact.handoff("billing", state).headers()

        with intact.session(session):
            return triage(state)


def take(process: Process, state: object, headers: Mapping[str, str]) -> None:
    """An agent of this process is given a state that came with headers."""
    with process, intact.received(state, headers):
        intact.agent("billing")(lambda state: None)(state)
