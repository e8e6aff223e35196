"""One function that returns what it is given, marked by the decorator of each peer.

Every peer sends to a batch processor and an exporter that keeps the last span and drops the others:
nothing leaves the process. All of them are set up as their documentation says, but for that.
Imports stand inside, since no environment has more than one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

from benchmarks.speed.states import State

Agent = Callable[[State], object]


class Last(SpanExporter):
    """Keeps the attributes of the last span."""

    def __init__(self) -> None:
        self.attributes: Mapping[str, Any] = {}

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.attributes = dict(spans[-1].attributes or {})
        return SpanExportResult.SUCCESS


def processor(exporter: SpanExporter) -> BatchSpanProcessor:
    """One that drops nothing during a round, and exports so seldom that no round pays for it."""
    return BatchSpanProcessor(exporter, max_queue_size=1 << 16, schedule_delay_millis=60_000)


def same(context: State) -> State:
    """The agent."""
    return context


#: The function as a peer marks it, and how to have its spans exported.
Marked = tuple[Agent, Callable[[], object]]


def _openinference(last: Last) -> Marked:
    from openinference.instrumentation import TracerProvider

    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(processor(last))
    return provider.get_tracer("peer").agent(name="bench")(same), provider.force_flush


def _traceloop(last: Last) -> Marked:
    from traceloop.sdk import Traceloop
    from traceloop.sdk.decorators import agent

    used = processor(last)
    Traceloop.init(app_name="bench", processor=used, telemetry_enabled=False, instruments=set())
    return agent(name="bench")(same), used.force_flush


def _langfuse(last: Last) -> Marked:
    from langfuse import Langfuse, observe

    client = Langfuse(
        public_key="pk-bench",
        secret_key="sk-bench",
        base_url="http://127.0.0.1:9",
        span_exporter=last,
        flush_interval=60,
        flush_at=2048,
    )
    return observe(name="bench", as_type="agent")(same), client.flush


def _logfire(last: Last) -> Marked:
    import logfire

    used = processor(last)
    logfire.configure(
        send_to_logfire=False,
        console=False,
        inspect_arguments=False,
        additional_span_processors=[used],
    )
    return logfire.instrument("bench", record_return=True)(same), used.force_flush


DECORATED: Final[Mapping[str, Callable[[Last], Marked]]] = {
    "openinference": _openinference,
    "traceloop": _traceloop,
    "langfuse": _langfuse,
    "logfire": _logfire,
}
