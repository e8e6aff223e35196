"""The store without a disk: for reports on files, in-memory collectors and tests.

Everything the durable store does except surviving. It is also the shorter one to read: what
`sqlite` says in tables, this says in dictionaries.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock

from intact_collector.analytics.events import effect_id, events, session_id, session_verdict
from intact_collector.analytics.metrics import METRICS, increments
from intact_collector.analytics.totals import added, placed
from intact_collector.model.effect import Effect, Forgotten, HandoffSettled, SessionClosed
from intact_collector.model.metric import EvaluationEvent, Increment, Series
from intact_collector.model.session import Session
from intact_collector.model.span import ReducedSpan, SpanKey

_SeriesKey = tuple[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class _Report:
    session_id: str
    ended: float
    verdict: str
    traces: frozenset[bytes]
    report: bytes


class MemoryStore:
    """A `ports.Store` that forgets with its process. Safe to call from any thread."""

    def __init__(
        self,
        *,
        to_json: Callable[[Session], bytes],
        version: str,
        now: float,
        outbox_limit: int = 100_000,
    ) -> None:
        """Start empty; arguments as for `SqliteStore`."""
        self._to_json = to_json
        self._version = version
        self._start = round(now * 1e9)
        self._outbox_limit = outbox_limit
        self._instance = str(uuid.uuid4())
        self._frozen = b""
        self._spans: dict[SpanKey, tuple[ReducedSpan, float]] = {}
        self._counted: dict[str, float] = {}
        self._series: dict[_SeriesKey, Series] = {}
        self._series_per_metric: Counter[str] = Counter()
        self._outbox: dict[str, tuple[str, EvaluationEvent]] = {}  # id -> (session id, event)
        self._reports: dict[str, _Report] = {}  # the one closed last at the end
        self._counters: Counter[str] = Counter()
        self._lock = Lock()

    def append(self, spans: Sequence[ReducedSpan], now: float) -> None:
        with self._lock:
            for span in spans:
                self._spans.setdefault(span.key, (span, now))

    def journal(self) -> Iterable[tuple[ReducedSpan, float]]:
        with self._lock:
            return list(self._spans.values())

    def snapshot(self, frozen: bytes) -> None:
        with self._lock:
            self._frozen = frozen

    def apply(self, effects: Sequence[Effect], frozen: bytes, now: float) -> None:
        with self._lock:
            for effect in effects:
                if isinstance(effect, Forgotten):
                    self._trim(effect.spans)
                elif isinstance(effect, HandoffSettled | SessionClosed):
                    self._count(effect, now)
            self._frozen = frozen

    def frozen(self) -> bytes:
        with self._lock:
            return self._frozen

    def series(self) -> Sequence[Series]:
        with self._lock:
            return [self._series[key] for key in sorted(self._series)]

    def events(self, limit: int) -> Sequence[EvaluationEvent]:
        with self._lock:
            return [event for _, event in list(self._outbox.values())[:limit]]

    def delivered(self, ids: Sequence[str]) -> None:
        with self._lock:
            for id_ in ids:
                self._outbox.pop(id_, None)

    def sessions(
        self,
        limit: int,
        offset: int = 0,
        *,
        since: float | None = None,
        verdict: str | None = None,
    ) -> Sequence[bytes]:
        with self._lock:
            closed = list(enumerate(self._reports.values()))
        closed.sort(key=lambda pair: (pair[1].ended, pair[0]), reverse=True)
        chosen = [
            one.report
            for _, one in closed
            if (since is None or one.ended >= since) and (verdict is None or one.verdict == verdict)
        ]
        return chosen[offset : offset + limit]

    def session(self, session_id: str) -> bytes | None:
        with self._lock:
            latest = reversed(self._reports.values())
            found = (one for one in latest if one.session_id == session_id)
            return next((one.report for one in found), None)

    def forget(self, session_id: str, spans: Sequence[SpanKey] = ()) -> bool:
        with self._lock:
            gone = self._drop_reports(lambda one: one.session_id == session_id)
            queued = [id_ for id_, (owner, _) in self._outbox.items() if owner == session_id]
            for id_ in queued:
                del self._outbox[id_]
            trimmed = self._trim(spans)
            traces = {trace_id for trace_id, _ in spans}.union(*(one.traces for one in gone))
            for key, series in self._series.items():
                kept = tuple(one for one in series.exemplars if one.trace_id not in traces)
                self._series[key] = replace(series, exemplars=kept)
            return bool(gone or queued or trimmed)

    def expire(self, before: float) -> int:
        with self._lock:
            gone = self._drop_reports(lambda one: one.ended < before)
            self._counted = {key: at for key, at in self._counted.items() if at >= before}
            self._spans = {key: row for key, row in self._spans.items() if row[1] >= before}
            return len(gone)

    def instance_id(self) -> str:
        return self._instance

    def counters(self) -> Mapping[str, int]:
        with self._lock:
            return dict(self._counters)

    def close(self) -> None:
        """Nothing is held open."""

    def _count(self, effect: HandoffSettled | SessionClosed, now: float) -> None:
        if effect_id(effect) in self._counted:
            return
        self._counted[effect_id(effect)] = now
        if isinstance(effect, SessionClosed):
            self._keep_report(effect)
        for increment in increments(effect):
            self._add(increment, round(now * 1e9))
        if self._outbox_limit:
            for event in events(effect, self._version):
                self._outbox[event.id] = (session_id(effect), event)
            while len(self._outbox) > self._outbox_limit:
                del self._outbox[next(iter(self._outbox))]
                self._counters["events_dropped"] += 1

    def _keep_report(self, effect: SessionClosed) -> None:
        session = effect.session
        self._reports.pop(effect_id(effect), None)
        self._reports[effect_id(effect)] = _Report(
            session_id(effect),
            session.end / 1e9,
            session_verdict(session).value,
            frozenset(session.traces),
            self._to_json(session),
        )

    def _drop_reports(self, unwanted: Callable[[_Report], bool]) -> list[_Report]:
        gone = {key: one for key, one in self._reports.items() if unwanted(one)}
        for key in gone:
            del self._reports[key]
        return list(gone.values())

    def _add(self, increment: Increment, time: int) -> None:
        increment = placed(
            increment,
            exists=lambda one: (one.metric, one.attributes) in self._series,
            size=self._series_per_metric.__getitem__,
        )
        key = (increment.metric, increment.attributes)
        if key not in self._series:
            self._series_per_metric[increment.metric] += 1
        self._series[key] = added(
            self._series.get(key),
            increment,
            METRICS[increment.metric],
            start=self._start,
            time=time,
        )

    def _trim(self, spans: Sequence[SpanKey]) -> int:
        return sum(self._spans.pop(key, None) is not None for key in spans)
