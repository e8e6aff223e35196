"""From a request to its acknowledgement: reduce, journal, and only then say yes.

In: OTLP requests from the receivers. Out: spans in the journal, and on their way to be measured.

    queue ──> reduce ──> journal ──> acknowledge ──> `measurer`

While one commit waits for the disk, requests gather; the next commit takes all of them (group
commit), so that a disk that syncs a hundred times a second does not mean a hundred requests a
second. Nobody waits for a measurement. Both backlogs are bounded: beyond that senders are asked to
come again.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from intact_collector import pipeline
from intact_collector.hosts import own
from intact_collector.hosts.ancestors import Ancestors
from intact_collector.hosts.intake import reduced_records, reduced_spans
from intact_collector.hosts.measurer import Measurer, Outlook, described
from intact_collector.model.span import ReducedSpan
from intact_collector.ports import Overloaded, Store
from intact_collector.reduce import Fingerprints

_log = logging.getLogger(__name__)

#: Requests of one commit: beyond it the first of them would wait too long for its answer.
_GROUP: Final = 256

#: Requests that wait for their acknowledgement, in bytes.
_QUEUE_BYTES: Final = 128 << 20

#: Spans that wait to be measured; without content they are small.
_BEHIND: Final = 50_000


@dataclass(frozen=True, slots=True)
class _Waiting:
    request: ExportTraceServiceRequest | ExportLogsServiceRequest
    answer: Callable[[BaseException | None], object]


class Keeper:
    """Made and stopped on the event loop; two threads do the work in between."""

    def __init__(
        self,
        store: Store,
        fingerprinter: Fingerprints,
        settings: pipeline.Settings,
        tally: own.Tally,
        *,
        clock: Callable[[], float] = time.time,
        queue_bytes: int = _QUEUE_BYTES,
    ) -> None:
        self._store = store
        self._fingerprinter = fingerprinter
        self._tally = tally
        self._clock = clock
        self._measurer = Measurer(store, settings, tally, clock)
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._queue_bytes = queue_bytes
        self._queued = 0  # owned by the event loop
        self._failing = False  # owned by the thread
        self._ancestors = Ancestors()  # likewise
        self._thread = threading.Thread(target=self._run, name="intact-journal", daemon=True)

    @property
    def settings(self) -> pipeline.Settings:
        """Waits and limits of the pipeline; new ones count from its next step on."""
        return self._measurer.settings

    @settings.setter
    def settings(self, settings: pipeline.Settings) -> None:
        self._measurer.settings = settings

    @property
    def queued(self) -> int:
        """Bytes of requests that wait for their acknowledgement."""
        return self._queued

    @property
    def outlook(self) -> Outlook:
        """What is known now."""
        return self._measurer.outlook

    async def start(self) -> None:
        """Take up where the last collector of this data directory stopped."""
        self._measurer.start(await asyncio.to_thread(self._restored))
        self._thread.start()

    async def take(self, request: ExportTraceServiceRequest | ExportLogsServiceRequest) -> None:
        """Return when the spans of the request, or the messages in its records, are durable.

        Raises:
            Overloaded: Nothing was taken; the sender should come again.
            StoreError: The spans could not be written.
        """
        size = request.ByteSize()
        full = self._queued > 0 and self._queued + size > self._queue_bytes
        if full or self._measurer.behind > _BEHIND:
            raise Overloaded(retry_after=1.0)
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()

        def settle(error: BaseException | None) -> None:
            # Here and not after the await: a sender that goes away frees no memory.
            self._queued -= size
            if done.done():
                return
            if error is None:
                done.set_result(None)
            else:
                done.set_exception(error)

        self._queued += size
        self._queue.put(_Waiting(request, lambda error: loop.call_soon_threadsafe(settle, error)))
        await done

    async def stop(self) -> None:
        """Finish what was taken, write down what the journal cannot tell, end the threads."""
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)
        await asyncio.to_thread(self._measurer.stop)

    def _restored(self) -> pipeline.State:
        try:
            return pipeline.restore(self._store.frozen(), self._store.journal(), self.settings)
        except ValueError:
            # The journal is whole; only waits and decisions of open sessions begin anew.
            self._tally.add(own.FAILURES, {"restore": 1})
            _log.warning("the state of open sessions could not be read; the journal makes it anew")
            return pipeline.restore(b"", self._store.journal(), self.settings)

    def _run(self) -> None:
        stopping = False
        while not stopping:
            group, stopping = self._next()
            if group:
                self._journal(group)

    def _next(self) -> tuple[list[_Waiting], bool]:
        """Everything that waits, at least one; and whether it was the last."""
        group: list[_Waiting] = []
        one = self._queue.get()
        while one is not None:
            group.append(one)
            if len(group) == _GROUP:
                return group, False
            try:
                one = self._queue.get_nowait()
            except queue.Empty:
                return group, False
        return group, True

    def _journal(self, group: list[_Waiting]) -> None:
        skipped: Counter[str] = Counter()
        skipped_records: Counter[str] = Counter()
        spans: list[ReducedSpan] = []
        try:
            for one in group:
                if isinstance(one.request, ExportTraceServiceRequest):
                    spans += reduced_spans(
                        one.request, self._fingerprinter, skipped, self._ancestors
                    )
                else:
                    spans += reduced_records(one.request, self._fingerprinter, skipped_records)
            if spans:
                self._store.append(spans, self._clock())
        except Exception as error:
            self._tally.add(own.FAILURES, {"journal": 1})
            if not self._failing:  # once per streak: a full disk is not helped by a long log
                _log.error("%s", described(error))
            self._failing = True
            for one in group:
                one.answer(error)
            return
        self._failing = False
        self._tally.add(own.SKIPPED_SPANS, skipped)
        self._tally.add(own.SKIPPED_LOGS, skipped_records)
        self._measurer.add(spans)
        for one in group:
            one.answer(None)
