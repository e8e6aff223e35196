"""The one thread that owns the pipeline's state: journal first, then acknowledge, then measure.

In: OTLP requests from the receivers, time. Out: spans in the journal, effects in the store, and
`state`, which anybody may read, since a state never changes: each step makes a new one.

    queue ──> reduce ──> journal ──> acknowledge ──> step ──> effects into the store

While one commit waits for the disk, requests gather; the next commit takes all of them (group
commit), so that a disk that syncs a hundred times a second does not mean a hundred requests a
second. The queue is bounded in bytes: beyond it senders are asked to come again.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from intact.fingerprint import Fingerprinter
from intact_collector import pipeline
from intact_collector.errors import StoreError
from intact_collector.hosts import own
from intact_collector.hosts.intake import reduced_spans
from intact_collector.model.effect import Discarded
from intact_collector.model.span import ReducedSpan
from intact_collector.ports import Overloaded, Store

_log = logging.getLogger(__name__)

#: How often time passes for the pipeline when nothing arrives, in seconds.
TICK = 0.25

#: Requests of one commit: beyond it the first of them would wait too long for its answer.
_GROUP = 256

_QUEUE_BYTES = 128 << 20


@dataclass(frozen=True, slots=True)
class _Waiting:
    request: ExportTraceServiceRequest
    answer: Callable[[BaseException | None], object]


class Keeper:
    """Made and stopped on the event loop; its own thread does the work in between."""

    def __init__(
        self,
        store: Store,
        fingerprinter: Fingerprinter,
        settings: pipeline.Settings,
        tally: own.Tally,
        *,
        clock: Callable[[], float] = time.time,
        queue_bytes: int = _QUEUE_BYTES,
    ) -> None:
        self.settings = settings
        self._store = store
        self._fingerprinter = fingerprinter
        self._tally = tally
        self._clock = clock
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._queue_bytes = queue_bytes
        self._queued = 0  # owned by the event loop
        self._thread = threading.Thread(target=self._run, name="intact-keeper", daemon=True)
        self._unmeasured: list[ReducedSpan] = []  # journaled, but their step has not succeeded
        self._failing: set[str] = set()  # what is failing at the moment
        self.state = pipeline.State()  # written by the thread alone

    @property
    def queued(self) -> int:
        """Bytes of requests that wait for their acknowledgement."""
        return self._queued

    async def start(self) -> None:
        """Take up where the last collector of this data directory stopped."""
        self.state = await asyncio.to_thread(self._restored)
        self._thread.start()

    async def take(self, request: ExportTraceServiceRequest) -> None:
        """Return when the spans of the request are durable.

        Raises:
            Overloaded: Nothing was taken; the sender should come again.
            StoreError: The spans could not be written.
        """
        size = request.ByteSize()
        if self._queued and self._queued + size > self._queue_bytes:
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
        """Finish what was taken, write down what the journal cannot tell, end the thread."""
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    def _restored(self) -> pipeline.State:
        frozen = self._store.frozen()
        try:
            return pipeline.restore(frozen, self._store.journal(), self.settings)
        except ValueError:
            # The journal is whole; only waits and decisions of open sessions begin anew.
            self._tally.add(own.FAILURES, {"restore": 1})
            _log.warning(
                "the state of open sessions could not be read; it is made from the journal"
            )
            return pipeline.restore(b"", self._store.journal(), self.settings)

    def _run(self) -> None:
        stopping = False
        while not stopping:
            group, stopping = self._next()
            self._journal(group)
            self._step()
        try:
            self._store.snapshot(pipeline.freeze(self.state))
        except StoreError as error:
            _log.error("%s", error)

    def _next(self) -> tuple[list[_Waiting], bool]:
        """What waits by now, or nothing after a tick; and whether it was the last."""
        group: list[_Waiting] = []
        try:
            one = self._queue.get(timeout=TICK)
            while one is not None:
                group.append(one)
                if len(group) == _GROUP:
                    return group, False
                one = self._queue.get_nowait()
        except queue.Empty:
            return group, False
        return group, True

    def _journal(self, group: list[_Waiting]) -> None:
        if not group:
            return
        skipped: Counter[str] = Counter()
        spans: list[ReducedSpan] = []
        try:
            for one in group:
                spans += reduced_spans(one.request, self._fingerprinter, skipped)
            if spans:
                self._store.append(spans, self._clock())
                self._failing.discard("journal")
        except Exception as error:
            self._failed("journal", error)
            for one in group:
                one.answer(error)
            return
        self._unmeasured += spans
        self._tally.add(own.SKIPPED_SPANS, skipped)
        for one in group:
            one.answer(None)

    def _step(self) -> None:
        """Measure. A failure leaves the state as it was, and the next tick tries again."""
        now = self._clock()
        try:
            state, effects = pipeline.step(self.state, self._unmeasured, now, self.settings)
            lasting = [effect for effect in effects if not isinstance(effect, Discarded)]
            if lasting:
                self._store.apply(lasting, pipeline.freeze(state), now)
        except Exception as error:
            self._failed("step", error)
            if not isinstance(error, StoreError):
                # A bug of ours. The journal has these spans; what follows shall be measured.
                self._tally.add(own.DISCARDED_SPANS, {"failed": len(self._unmeasured)})
                self._unmeasured = []
            return
        self.state = state
        self._unmeasured = []
        if lasting:
            self._failing.discard("step")
        for effect in effects:
            if isinstance(effect, Discarded):
                self._tally.add(own.DISCARDED_SPANS, {effect.reason: effect.count})

    def _failed(self, what: str, error: Exception) -> None:
        self._tally.add(own.FAILURES, {what: 1})
        if what in self._failing:
            return  # once per streak: a full disk is not helped by a long log
        self._failing.add(what)
        if isinstance(error, StoreError):
            _log.error("%s", error)
        else:
            # The text of a foreign exception may quote content: its type and place have to do.
            place = traceback.extract_tb(error.__traceback__)[-1]
            _log.error("%s at %s:%s", type(error).__name__, place.filename, place.lineno)
