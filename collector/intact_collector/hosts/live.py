"""A running collector as the page, the API and `/metrics` see it.

In: the keeper's outlook, the store. Out: sessions in the shape of the reports. Open sessions are
computed from the state when somebody asks, in a thread, and not anew for everybody: a state never
changes, so nothing has to be locked.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from intact_collector import pipeline
from intact_collector.analytics.events import session_verdict
from intact_collector.analytics.metrics import METRICS
from intact_collector.diagnosis import Tally, diagnose
from intact_collector.diagnosis.document import document as diagnosed
from intact_collector.hosts import own
from intact_collector.hosts.keeper import Keeper
from intact_collector.model.metric import MetricSpec, Series
from intact_collector.model.session import Session
from intact_collector.otlp import UNCLAIMED_SCOPE, UNCLAIMED_SPAN
from intact_collector.ports import Store
from intact_collector.receive.counters import SPECS as RECEIVER
from intact_collector.receive.counters import Counters
from intact_collector.report import document
from intact_collector.serve import Page, Query

#: How old an answer may be, in seconds.
_FRESH = 0.1

Document = Mapping[str, Any]
Totals = Sequence[tuple[MetricSpec, Sequence[Series]]]

#: What a collector exports and shows about itself.
SPECS: Mapping[str, MetricSpec] = {
    spec.name: spec for spec in (*RECEIVER, *own.TABLE, *own.OF_EXPORTS)
}


class LiveView:
    """A `serve.View`, and the source of what is exported. Reads only."""

    def __init__(
        self,
        store: Store,
        keeper: Keeper,
        counters: Counters,
        tally: own.Tally,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.accepting = False  # switched by the host
        self.exports: Callable[[], Mapping[str, int]] = dict  # set by a host that exports
        self._store = store
        self._keeper = keeper
        self._counters = counters
        self._tally = tally
        self._clock = clock
        self._start = round(clock() * 1e9)
        self._looking = asyncio.Lock()
        self._seen: tuple[float, Sequence[Session]] | None = None  # until when it is fresh

    async def sessions(self, query: Query) -> Page:
        """Open sessions first, by their last activity; then closed ones, latest first."""
        waiting = [one for one in await self._open() if _matches(one, query)]
        waiting.sort(key=lambda one: one.end, reverse=True)
        shown = [document(one) for one in waiting[query.offset : query.offset + query.limit]]
        room = query.limit - len(shown)
        found = await asyncio.to_thread(
            self._store.sessions,
            room + 1,  # one more tells whether there is a next page
            max(0, query.offset - len(waiting)),
            since=None if query.since is None else query.since / 1e9,
            verdict=query.verdict,
        )
        more = len(found) > room or query.offset + query.limit < len(waiting)
        closed = _not_shown(map(orjson.loads, found[:room]), shown)
        return Page([*shown, *closed], query.offset + query.limit if more else None)

    async def session(self, session_id: str) -> Sequence[Document]:
        """All that carry this id; an id may come back after it went idle."""
        shown = [document(one) for one in await self._open() if one.session_id == session_id]
        found = await asyncio.to_thread(self._store.session, session_id)
        closed = [] if found is None else [orjson.loads(found)]
        return [*shown, *_not_shown(closed, shown)]

    async def diagnosis(self) -> Document:
        """Of the sessions that are open now."""
        sessions = await self._open()
        return await asyncio.to_thread(self._diagnosis, sessions)

    def _diagnosis(self, sessions: Sequence[Session]) -> Document:
        tally = Tally()
        for trace in self._keeper.outlook.state.pool.traces.values():
            tally.add(trace.spans.values())
        others = sum(
            count
            for name, reason, count in self._tally.rows()
            if name == own.SKIPPED_SPANS.name and reason in (UNCLAIMED_SCOPE, UNCLAIMED_SPAN)
        )
        return diagnosed(diagnose(tally, sessions, others=others))

    async def series(self) -> Totals:
        """Fidelity first, then the collector itself."""
        return await asyncio.to_thread(self.totals)

    def totals(self) -> Totals:
        """The same, for a caller in a thread of its own."""
        by_metric: dict[str, list[Series]] = {}
        for one in [*self._store.series(), *self.about_itself()]:
            by_metric.setdefault(one.metric, []).append(one)
        specs = {**METRICS, **SPECS}
        return [(specs[name], series) for name, series in by_metric.items() if name in specs]

    def about_itself(self) -> Iterator[Series]:
        """The collector's own counters since the start of this process."""
        now = round(self._clock() * 1e9)
        for counter, attributes, total in self._counters.rows():
            yield own.counted(counter.value, attributes, total, self._start, now)
        losses = [(own.STORE.name, *row) for row in sorted(self._store.counters().items())]
        for name, reason, total in [*self._tally.rows(), *losses]:
            yield own.counted(name, (("reason", reason),), total, self._start, now)
        for key, total in self.exports().items():
            spec, labels = own.EXPORTS[key]
            yield own.counted(spec.name, labels, total, self._start, now)

    def gauges(self) -> Mapping[str, float]:
        """How much is held at the moment."""
        return {
            own.OPEN_TRACES: len(self._keeper.outlook.state.pool.traces),
            own.QUEUED_BYTES: self._keeper.queued,
        }

    def ready(self) -> bool:
        """Whether telemetry is taken."""
        return self.accepting

    async def _open(self) -> Sequence[Session]:
        async with self._looking:  # ten people asking cost one look
            began = time.monotonic()
            if self._seen is not None and began < self._seen[0]:
                return self._seen[1]
            outlook = self._keeper.outlook
            found = await asyncio.to_thread(
                pipeline.report, outlook.state, self._clock(), self._keeper.settings
            )
            sessions = [*found, *outlook.closing]
            ended = time.monotonic()
            # Many open sessions take long to look at; asking often shall not take all of the time.
            self._seen = ended + max(_FRESH, ended - began), sessions
            return sessions


def _matches(session: Session, query: Query) -> bool:
    if query.since is not None and session.end < query.since:
        return False
    return query.verdict is None or session_verdict(session).value == query.verdict


def _not_shown(closed: Any, shown: Sequence[Document]) -> list[Document]:
    """Without sessions that closed between the look at the state and the look at the store."""
    known = {_identity(one) for one in shown}
    return [one for one in closed if _identity(one) not in known]


def _identity(session: Document) -> tuple[object, ...]:
    turns = session["turns"]
    return session["session_id"], turns[0]["start"] if turns else None
