"""The narrow waists between the rooms: what a host needs from the outside world."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from intact_collector.model.effect import Effect
from intact_collector.model.metric import EvaluationEvent, Series
from intact_collector.model.span import ReducedSpan, SpanKey


@dataclass(frozen=True, slots=True)
class Accepted:
    """An accepted request. `rejected` items were refused for good, as `message` explains."""

    rejected: int = 0
    message: str = ""


class Overloaded(Exception):
    """Raised by a `Consumer`: try again after `retry_after` seconds. Nothing was taken."""

    def __init__(self, retry_after: float = 1.0) -> None:
        super().__init__("the collector is overloaded")
        self.retry_after = retry_after


class Consumer(Protocol):
    """Where receivers hand over decoded requests. Returning means: durable."""

    async def traces(self, request: ExportTraceServiceRequest) -> Accepted: ...

    async def logs(self, request: ExportLogsServiceRequest) -> Accepted: ...


class Store(Protocol):
    """Durable memory of one collector. Every method is one transaction."""

    def append(self, spans: Sequence[ReducedSpan], now: float) -> None:
        """Journal spans; on return they survive a crash. Duplicates are allowed."""

    def journal(self) -> Iterable[tuple[ReducedSpan, float]]:
        """Every journaled span of an open session and when it was received, oldest first."""

    def snapshot(self, frozen: bytes) -> None:
        """Keep what the pipeline cannot derive from the journal (settled numbers, tombstones)."""

    def apply(self, effects: Sequence[Effect], frozen: bytes, now: float) -> None:
        """Carry out effects: add to totals, queue events, keep reports, trim the journal.

        A handoff or session that was counted before is not counted again. `frozen` is stored
        in the same transaction, so that state and totals cannot disagree after a crash.
        """

    def frozen(self) -> bytes: ...

    def series(self) -> Sequence[Series]:
        """All cumulative totals, as exported."""

    def events(self, limit: int) -> Sequence[EvaluationEvent]:
        """The oldest events that were not yet delivered."""

    def delivered(self, ids: Sequence[str]) -> None:
        """Forget events that the backend acknowledged."""

    def sessions(
        self,
        limit: int,
        offset: int = 0,
        *,
        since: float | None = None,
        verdict: str | None = None,
    ) -> Sequence[bytes]:
        """Reports of closed sessions as JSON, the one that ended last first."""

    def session(self, session_id: str) -> bytes | None:
        """The report of a closed session; of several that shared an id, the latest."""

    def forget(self, session_id: str, spans: Sequence[SpanKey] = ()) -> bool:
        """Erase a session: its reports, undelivered events, exemplars, and these spans of it.

        The totals keep the numbers, which name nobody. False when nothing was there.
        """

    def expire(self, before: float) -> int:
        """Drop what ended before this time (Unix seconds); how many sessions that were.

        Marks of what was counted go too, so `before` has to lie further back than spans may
        be late: days, not minutes.
        """

    def instance_id(self) -> str:
        """`service.instance.id`: the same for the life of a data directory."""

    def counters(self) -> Mapping[str, int]:
        """What left without being delivered or read since the start, by reason."""

    def close(self) -> None: ...
