"""The collector in the memory of a test.

In: the spans of this process, through a real exporter.  Out: the report of `intact report --json`.
The same pipeline as in the server, so that a test says what production will say.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Any, cast

from intact.config import Settings
from intact.errors import MissingExtra
from intact.testing.clock import Clock
from intact.trace import runtime
from intact.trace.backlog import BACKLOG

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

    from intact_collector.hosts.memory import MemoryCollector
    from intact_collector.model.session import Session

#: Seconds to wait for turns that are fingerprinted off their path.
_PATIENCE = 10.0


class Collector:
    """Collects while it is open (``with``), reports at any time.

    While it is open, agents of this process send their spans here, under a key made for the
    test, whatever the application configured; afterwards they work as before. One at a time.

    Args:
        provider: Your own TracerProvider, when the spans of a framework shall be seen too. Left
            out, Intact's own spans are all that is seen.
        clock: What the collector takes for the time of arrival.

    Raises:
        MissingExtra: If the collector is not installed.
    """

    def __init__(
        self, *, provider: TracerProvider | None = None, clock: Clock | None = None
    ) -> None:
        # Here and not above: pytest loads this module whether or not a test asks for it.
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import SimpleSpanProcessor

        self.clock = clock or Clock()
        self.settings = Settings(key=secrets.token_hex(32))
        self._provider = provider or TracerProvider()
        self._memory = _memory(self.settings, self.clock)
        self._exporter = cast("SpanExporter", _Exporter(self._memory))
        self._provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        self._before: runtime.Runtime | None = None

    @property
    def exporter(self) -> SpanExporter:
        """A span exporter that ends here, for providers of your own."""
        return self._exporter

    def __enter__(self) -> Collector:
        self._before = runtime.runtime()
        runtime.reset()
        set_before = self._before.settings  # what facts are called, and what they mean: here too
        settings = replace(self.settings, aliases=set_before.aliases, embedder=set_before.embedder)
        runtime.use(settings, self._provider)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        BACKLOG.drain(_PATIENCE)
        before, self._before = self._before, None
        runtime.reset()
        if before is not None:
            runtime.use(before.settings, before.provider)

    def sessions(self) -> Sequence[Session]:
        """What was collected, as objects; what is deferred is waited for."""
        BACKLOG.drain(_PATIENCE)
        return self._memory.report()

    def report(self) -> dict[str, Any]:
        """What was collected, in the shape of ``intact report --json``."""
        from intact_collector.report import to_json

        return to_json(self.sessions())

    def handoffs(self) -> list[Mapping[str, Any]]:
        """The handoffs of all sessions, in the shape of the report."""
        return [handoff for one in self.report()["sessions"] for handoff in one["handoffs"]]

    def advance(self, seconds: float) -> None:
        """Let time pass for the collector: numbers settle, idle sessions close."""
        BACKLOG.drain(_PATIENCE)
        self.clock.advance(seconds)
        self._memory.tick()

    def clear(self) -> None:
        """Forget what was collected so far."""
        BACKLOG.drain(_PATIENCE)
        self._memory.clear()


class _Exporter:
    """A `SpanExporter` that hands spans over as OTLP, the way they would cross a network."""

    def __init__(self, memory: MemoryCollector) -> None:
        self._memory = memory

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
        from opentelemetry.sdk.trace.export import SpanExportResult

        self._memory.take(encode_spans(spans))
        return SpanExportResult.SUCCESS

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        del timeout_millis  # nothing waits
        return True

    def shutdown(self) -> None:
        """Nothing is held open."""


def _memory(settings: Settings, clock: Clock) -> MemoryCollector:
    try:
        from intact_collector.hosts.memory import MemoryCollector
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] in {"intact", "intact_collector"}:
            raise
        raise MissingExtra(
            "intact.testing needs the collector: pip install 'intact[collector]'"
        ) from missing
    from intact.fingerprint import Fingerprinter
    from intact.trace.keyring import find_key

    return MemoryCollector(Fingerprinter(find_key(settings)), clock=clock)
