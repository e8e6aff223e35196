"""When metrics and events are exported, and what happens when the backend does not take them.

In: a source of totals and waiting events, an exporter, a clock, a source of chance. Out: nothing
is lost. Totals are cumulative, so a missed export is made up by the next one; events stay in the
store until the backend took them, at least once each.

Metrics and events fail apart, each in its `Lane`: a backend that knows no logs still gets its
metrics. Exporting happens in a thread; the event loop only waits.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from random import Random
from typing import Final, Protocol

from intact_collector.export.lane import Lane
from intact_collector.export.otlp import OtlpExporter
from intact_collector.model.metric import EvaluationEvent, Series

#: Unchanged totals are sent again after this many seconds, so that backends see them alive.
REFRESH: Final = 60.0

#: Events in one request: about 1 KB each, far below what servers stop reading at.
BATCH: Final = 500


class Source(Protocol):
    """What is to be exported. Every `ports.Store` is one. Called from the export thread."""

    def series(self) -> Sequence[Series]: ...

    def events(self, limit: int) -> Sequence[EvaluationEvent]: ...

    def delivered(self, ids: Sequence[str]) -> None: ...


class ExportLoop:
    """The task that exports. `start` and `stop` belong to one event loop."""

    def __init__(
        self,
        source: Source,
        exporter: OtlpExporter,
        *,
        clock: Callable[[], float],
        rng: Random,
        interval: float = 10.0,
    ) -> None:
        """Wire it; nothing runs before `start`.

        Args:
            source: The store, usually.
            exporter: Closed by `stop`.
            clock: Unix seconds.
            rng: For jitter.
            interval: Seconds between exports while all is well.
        """
        self._source = source
        self._exporter = exporter
        self._clock = clock
        self._interval = interval
        self._counters: Counter[str] = Counter()  # written by the export thread alone
        self._lanes = (
            Lane("metrics", self._send_metrics, self._counters, rng, interval),
            Lane("events", self._send_events, self._counters, rng, interval),
        )
        self._sent: Sequence[Series] = ()
        self._sent_at = float("-inf")
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to export in the background."""
        self._task = asyncio.create_task(self._run(), name="intact-export")

    async def stop(self, within: float = 5.0) -> bool:
        """Export once more and end; False when that was not done within so many seconds.

        What could not be sent is in the store and goes out after the next start.
        """
        self._stopping.set()
        done = False
        if self._task is not None:
            finished, _ = await asyncio.wait({self._task}, timeout=within)
            done = bool(finished) and not any(lane.failures for lane in self._lanes)
            if not finished:
                for lane in self._lanes:
                    lane.leave()
        self._exporter.close()
        if self._task is not None:
            self._task.cancel()
        return done

    def counters(self) -> Mapping[str, int]:
        """Since the start: events that were sent, and exports that a backend did not take.

        Exports of metrics are not counted: each would change what there is to export.
        """
        return dict(self._counters)

    async def _run(self) -> None:
        while not self._stopping.is_set():
            now = self._clock()
            await self._attempt([lane for lane in self._lanes if lane.due <= now])
            wait = max(0.0, min(lane.due for lane in self._lanes) - self._clock())
            try:
                await asyncio.wait_for(self._stopping.wait(), wait)
            except TimeoutError:
                pass
        self._sent = ()  # the last words are said even when nothing is new
        await self._attempt(self._lanes)

    async def _attempt(self, lanes: Sequence[Lane]) -> None:
        for lane in lanes:
            await _in_thread(partial(lane.attempt, self._clock))

    def _send_metrics(self, now: float) -> bool:
        series = self._source.series()
        fresh = series == self._sent and now - self._sent_at < REFRESH
        if fresh or not series:
            return True
        if not self._exporter.metrics(series, round(now * 1e9)):
            return False
        self._sent, self._sent_at = series, now
        return True

    def _send_events(self, now: float) -> bool:
        while events := self._source.events(BATCH):
            if not self._exporter.events(events, round(now * 1e9)):
                return False
            self._counters["events_delivered"] += len(events)
            self._source.delivered([event.id for event in events])
        return True


async def _in_thread(work: Callable[[], None]) -> None:
    """Run `work` in a thread that does not keep the process alive, unlike an executor's.

    An export that hangs must not hold up the exit; what it was sending is in the store.
    """
    loop = asyncio.get_running_loop()
    done = asyncio.Event()

    def run() -> None:
        work()
        try:
            loop.call_soon_threadsafe(done.set)
        except RuntimeError:  # the event loop is gone: nobody waits any more
            pass

    threading.Thread(target=run, name="intact-export", daemon=True).start()
    await done.wait()
