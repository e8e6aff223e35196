"""The loop against real backends: nothing is lost, nothing blocks, it ends in time."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from random import Random

import pytest

from intact_collector.export import ExportLoop, OtlpExporter
from intact_collector.export.loop import REFRESH
from intact_collector.store import MemoryStore, SqliteStore
from tests.collector.effects import measured, settled
from tests.collector.export.backend import UNIMPLEMENTED, Backend, attributes
from tests.collector.export.conftest import NOW, exporter


def loop_for(
    store: MemoryStore | SqliteStore,
    sender: OtlpExporter,
    interval: float = 0.02,
    clock: Callable[[], float] = time.time,
) -> ExportLoop:
    return ExportLoop(store, sender, clock=clock, rng=Random(1), interval=interval)


async def until(condition: Callable[[], object]) -> None:
    """Wait for something to become true; the test's own timeout ends it when it does not."""
    while not condition():  # noqa: ASYNC110 - threads of a server make it true, no event does
        await asyncio.sleep(0.01)


def run(scenario: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(scenario(), 60))  # type: ignore[arg-type]


def handoffs(backend: Backend) -> int:
    if not backend.metric_requests:
        return 0
    points = backend.metrics()["intact.handoffs"].sum.data_points
    return sum(point.as_int for point in points)


def uids(backend: Backend) -> list[object]:
    return [attributes(record.attributes)["log.record.uid"] for record in backend.records()]


def test_what_settles_arrives_and_is_then_gone(backend: Backend, store: MemoryStore):
    """Metrics and events, also those that settle while the loop runs."""

    async def scenario() -> None:
        loop = loop_for(store, exporter(backend))
        store.apply([settled(1)], b"", NOW)
        loop.start()
        await until(lambda: handoffs(backend) == 1 and len(backend.records()) == 1)
        store.apply([settled(2), settled(3)], b"", NOW + 1)
        await until(lambda: handoffs(backend) == 3 and len(backend.records()) == 3)
        await until(lambda: not store.events(9))
        assert await loop.stop()
        assert len(set(uids(backend))) == 3
        assert loop.counters()["events_delivered"] == 3

    run(scenario)


def test_more_events_than_one_request_takes_arrive_in_order(backend: Backend, store: MemoryStore):
    """In batches, the oldest first."""

    async def scenario() -> None:
        store.apply([settled(n) for n in range(1, 1201)], b"", NOW)
        expected = [event.id for event in store.events(5000)]
        loop = loop_for(store, exporter(backend))
        loop.start()
        await until(lambda: not store.events(1))
        assert await loop.stop()
        assert uids(backend) == expected
        assert len(backend.log_requests) == 3

    run(scenario)


def test_a_backend_that_goes_and_comes_back_misses_nothing(
    backend: Backend, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    """What settled while it was away arrives later; totals are right; one outage, two lines."""

    async def scenario() -> None:
        store = SqliteStore(tmp_path, to_json=lambda _: b"{}", version="0.1.0", now=NOW)
        loop = loop_for(store, exporter(backend, timeout=0.5))
        store.apply([settled(1)], b"", NOW)
        loop.start()
        await until(lambda: handoffs(backend) == 1 and not store.events(1))
        await asyncio.to_thread(backend.down)
        store.apply([settled(n, measured(0.5)) for n in (2, 3)], b"", NOW + 1)
        await until(lambda: loop.counters().get("metrics_export_failures", 0) >= 2)
        await until(lambda: loop.counters().get("events_export_failures", 0) >= 2)
        store.apply([settled(4)], b"", NOW + 2)
        await asyncio.to_thread(backend.up)
        await until(lambda: handoffs(backend) == 4 and not store.events(1))
        assert await loop.stop()
        assert len(set(uids(backend))) == 4
        store.close()

    with caplog.at_level(logging.INFO):
        run(scenario)
    ours = [r.getMessage() for r in caplog.records if r.name.startswith("intact_collector")]
    for signal in ("metrics", "events"):
        said = [line for line in ours if line.startswith(signal)]
        assert len(said) == 2, said
        assert "cannot be exported" in said[0]
        assert "exported again" in said[1]
    assert not [r for r in caplog.records if r.name.startswith("opentelemetry")]


def test_a_backend_without_logs_still_gets_metrics(backend: Backend, store: MemoryStore):
    """Refused events wait and are counted; metrics do not wait with them."""
    backend.refuse_logs = UNIMPLEMENTED

    async def scenario() -> None:
        loop = loop_for(store, exporter(backend))
        for number in (1, 2, 3):
            store.apply([settled(number)], b"", NOW + number)
            loop.start() if number == 1 else None
            await until(lambda number=number: handoffs(backend) == number)
        await until(lambda: loop.counters().get("events_export_failures"))
        assert not await loop.stop()
        assert len(store.events(9)) == 3

    run(scenario)


def test_an_event_whose_delivery_was_not_noted_comes_again_with_its_id(
    backend: Backend, store: MemoryStore
):
    """At least once: between the answer of the backend and the note in the store is a gap."""

    class Forgetful:
        """A crash between sending and noting, once."""

        crashed = False

        def series(self) -> Sequence:  # type: ignore[type-arg]
            return []

        def events(self, limit: int) -> Sequence:  # type: ignore[type-arg]
            return store.events(limit)

        def delivered(self, ids: Sequence[str]) -> None:
            if not self.crashed:
                self.crashed = True
                raise OSError("power off")
            store.delivered(ids)

    async def scenario() -> None:
        store.apply([settled(1)], b"", NOW)
        loop = ExportLoop(
            Forgetful(), exporter(backend), clock=time.time, rng=Random(1), interval=0.02
        )
        loop.start()
        await until(lambda: not store.events(1))
        assert await loop.stop()
        first, second = uids(backend)
        assert first == second

    run(scenario)


def test_unchanged_totals_are_repeated_once_a_minute(backend: Backend, store: MemoryStore):
    """Quiet while nothing happens, but never taken for dead; time is what the test says."""
    now = [NOW]

    async def scenario() -> None:
        sender = exporter(backend)
        loop = loop_for(store, sender, interval=10.0, clock=lambda: now[0])
        store.apply([settled(1)], b"", NOW)
        sent = []
        for seconds in (0, 10, REFRESH - 1, REFRESH, REFRESH + 10, 2 * REFRESH):
            now[0] = NOW + seconds
            assert await asyncio.to_thread(loop._send_metrics, now[0])
            sent.append(len(backend.metric_requests))
        assert sent == [1, 1, 1, 2, 2, 3]
        store.apply([settled(2)], b"", NOW)
        await asyncio.to_thread(loop._send_metrics, now[0])
        assert len(backend.metric_requests) == 4
        times = [
            metric.sum.data_points[0].time_unix_nano
            for request in backend.metric_requests
            for metric in request.resource_metrics[0].scope_metrics[0].metrics
            if metric.name == "intact.handoffs"
        ]
        assert [time // 10**9 - NOW for time in times] == [0, 60, 120, 120]
        sender.close()

    run(scenario)


def test_before_anything_settled_nothing_is_sent(backend: Backend, store: MemoryStore):
    """No request without data, not even as last words."""

    async def scenario() -> None:
        loop = loop_for(store, exporter(backend))
        loop.start()
        await asyncio.sleep(0.1)
        assert await loop.stop()
        assert backend.headers == []

    run(scenario)


def test_last_words_are_said_on_stop(backend: Backend, store: MemoryStore):
    """What settled since the last export goes out, however long the interval is."""

    async def scenario() -> None:
        loop = loop_for(store, exporter(backend), interval=3600.0)
        loop.start()
        await asyncio.sleep(0.05)
        store.apply([settled(1)], b"", NOW)
        assert await loop.stop()
        assert (handoffs(backend), len(backend.records())) == (1, 1)
        assert store.events(1) == []

    run(scenario)


def test_a_backend_that_does_not_answer_holds_up_neither_the_loop_nor_the_end(
    backend: Backend, store: MemoryStore, caplog: pytest.LogCaptureFixture
):
    """The event loop runs on; stopping gives up in time, and the events are still there.

    The thread that still waits writes nothing, however late: the process may be about to end.
    """
    backend.hold.clear()

    async def scenario() -> None:
        store.apply([settled(1)], b"", NOW)
        loop = loop_for(store, exporter(backend, timeout=30))
        loop.start()
        await until(backend.waiting.is_set)
        turns = 0
        for _ in range(100):
            await asyncio.sleep(0)
            turns += 1
        assert turns == 100
        assert not backend.metric_requests
        assert not await loop.stop(within=0.1)
        assert len(store.events(9)) == 1

    run(scenario)
    backend.hold.set()
    for thread in threading.enumerate():
        if thread.name == "intact-export":
            thread.join(timeout=30)
    assert caplog.records == []


def test_stopping_what_never_started_closes_the_exporter(backend: Backend, store: MemoryStore):
    """A start that failed half way stops everything it had made."""

    async def scenario() -> None:
        sender = exporter(backend)
        assert not await loop_for(store, sender).stop()
        store.apply([settled(1)], b"", NOW)
        assert not sender.metrics(store.series(), 1)

    run(scenario)
