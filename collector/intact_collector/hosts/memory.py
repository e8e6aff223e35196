"""The collector without a server and without a disk: for tests, and for reading files.

In: OTLP requests, or spans.  Out: sessions. The same `pipeline.step` as everywhere; the effects
that another host would store are gathered here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from threading import Lock

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from intact_collector import pipeline
from intact_collector.diagnosis import Tally
from intact_collector.hosts.ancestors import Ancestors
from intact_collector.hosts.intake import reduced_records, reduced_spans
from intact_collector.model.effect import Discarded, Effect, HandoffSettled, SessionClosed
from intact_collector.model.session import Session
from intact_collector.model.span import NeutralSpan, ReducedSpan
from intact_collector.reduce import Fingerprints, reduce
from intact_collector.sessions.state import DEFAULT


class MemoryCollector:
    """Takes spans, answers with sessions. Safe to use from several threads.

    Args:
        fingerprinter: Makes fingerprints of foreign content. Native fingerprints compare with
            them only under the same key.
        settings: Waits and limits of the pipeline.
        clock: Seconds; only differences matter.
        tally: Counts what stood in the spans, for a diagnosis.
    """

    def __init__(
        self,
        fingerprinter: Fingerprints,
        settings: pipeline.Settings = DEFAULT,
        clock: Callable[[], float] = lambda: 0.0,
        tally: Tally | None = None,
    ) -> None:
        self.settings = settings
        self.skipped: Counter[str] = Counter()  # spans that no dialect reads, by reason
        self.discarded: Counter[str] = Counter()  # spans that were not measured, by reason
        self.settled: list[HandoffSettled] = []
        self.spans = 0  # spans that a dialect reads
        self._fingerprinter = fingerprinter
        self._clock = clock
        self._tally = tally
        self._state = pipeline.State()
        self._closed: list[SessionClosed] = []
        self._lock = Lock()
        self._ancestors = Ancestors()

    def take(self, request: ExportTraceServiceRequest) -> None:
        """Take one OTLP request. Its content is not kept."""
        with self._lock:
            found = reduced_spans(request, self._fingerprinter, self.skipped, self._ancestors)
        self.take_reduced(found)

    def take_logs(self, request: ExportLogsServiceRequest) -> None:
        """Take log records: messages in them are content of the spans that they name."""
        skipped: Counter[str] = Counter()
        found = reduced_records(request, self._fingerprinter, skipped)
        self.skipped["log_record"] += skipped.total()
        self.take_reduced(found)

    def take_spans(self, spans: Iterable[NeutralSpan]) -> None:
        """Take spans that a dialect has read already."""
        self.take_reduced([reduce(span, self._fingerprinter) for span in spans])

    def take_reduced(self, spans: Iterable[ReducedSpan]) -> None:
        """Take spans without content."""
        taken = list(spans)
        with self._lock:
            self.spans += sum(bool(span.dialect) for span in taken)
            if self._tally is not None:
                self._tally.add(taken)
            self._carry_out(*pipeline.step(self._state, taken, self._clock(), self.settings))

    def tick(self) -> None:
        """Let time pass: what is due by the clock settles and closes."""
        self.take_reduced(())

    def report(self) -> list[Session]:
        """Closed sessions, and open ones as they stand, by start."""
        with self._lock:
            open_sessions = pipeline.report(self._state, self._clock(), self.settings)
            closed = [one.session for one in self._closed]
        return sorted([*closed, *open_sessions], key=lambda one: (one.start, one.turns[0].key))

    def drain(self) -> list[Session]:
        """Settle and close everything: no span will follow. Returns all sessions."""
        with self._lock:
            self._carry_out(*pipeline.drain(self._state, self._clock(), self.settings))
        return self.report()

    def clear(self) -> None:
        """Forget everything, as if nothing had ever come."""
        with self._lock:
            self._state = pipeline.State()
            self._ancestors = Ancestors()
            self.skipped.clear()
            self.discarded.clear()
            self.settled.clear()
            self._closed.clear()
            self.spans = 0

    def _carry_out(self, state: pipeline.State, effects: Iterable[Effect]) -> None:
        self._state = state
        for effect in effects:
            if isinstance(effect, Discarded):
                self.discarded[effect.reason] += effect.count
            elif isinstance(effect, HandoffSettled):
                self.settled.append(effect)
            elif isinstance(effect, SessionClosed):
                self._closed.append(effect)
