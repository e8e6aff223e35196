"""The thread that owns the state: durable before acknowledged, bounded, not to be stopped."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Sequence

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from intact.fingerprint import Fingerprinter, Key
from intact_collector import pipeline
from intact_collector.errors import StoreError
from intact_collector.hosts import own
from intact_collector.hosts.keeper import Keeper
from intact_collector.model.effect import Effect
from intact_collector.model.span import ReducedSpan, Role
from intact_collector.ports import Overloaded
from intact_collector.receive.decode import decode_logs
from intact_collector.receive.request import Media
from intact_collector.report import to_bytes
from intact_collector.store import MemoryStore
from tests.e2e.program import journeys, recorded
from tests.golden.recordings import FOLDER

LOGS = "google-adk__native-v2-content-in-logs__full"
FULL = "openai-agents__openinference__full"
SETTINGS = pipeline.Settings(settle=0.2)


class Disk(MemoryStore):
    """A store whose disk can be slow or full."""

    def __init__(self) -> None:
        super().__init__(to_json=to_bytes, version="test", now=0.0)
        self.spinning = threading.Event()
        self.spinning.set()
        self.full = False
        self.commits = 0

    def append(self, spans: Sequence[ReducedSpan], now: float) -> None:
        self.spinning.wait(10)
        self._write()
        super().append(spans, now)

    def apply(self, effects: Sequence[Effect], frozen: bytes, now: float) -> None:
        self._write()
        super().apply(effects, frozen, now)

    def _write(self) -> None:
        self.commits += 1
        if self.full:
            raise StoreError("the store failed: no space left")


def held(
    disk: Disk, body: Callable[[Keeper], Awaitable[None]], *, queue_bytes: int = 1 << 30
) -> own.Tally:
    """Run `body` with a keeper over `disk`; its counts."""
    tally = own.Tally()

    async def run() -> None:
        keeper = Keeper(
            disk, Fingerprinter(Key(b"a key for the keeper")), SETTINGS, tally,
            queue_bytes=queue_bytes,
        )  # fmt: skip
        await keeper.start()
        try:
            await body(keeper)
        finally:
            disk.spinning.set()
            await keeper.stop()

    asyncio.run(run())
    return tally


async def until(what: Callable[[], bool]) -> None:
    for _ in range(600):
        if what():
            return
        await asyncio.sleep(0.02)
    pytest.fail("it never became true")


def handoffs(disk: Disk) -> float:
    return sum(one.total for one in disk.series() if one.metric == "intact.handoffs")


def test_what_was_taken_is_in_the_journal_before_it_is_acknowledged() -> None:
    """While the disk is busy, nobody gets an answer."""
    disk = Disk()

    async def body(keeper: Keeper) -> None:
        disk.spinning.clear()
        taking = asyncio.create_task(keeper.take(recorded(FULL)[0]))
        done, _ = await asyncio.wait([taking], timeout=0.3)
        assert not done
        assert list(disk.journal()) == []
        disk.spinning.set()
        await taking
        assert len(list(disk.journal())) > 0

    held(disk, body)


def test_requests_that_gather_behind_a_slow_disk_share_one_commit() -> None:
    """Group commit: 40 requests cost far fewer commits than 40."""
    disk = Disk()
    requests = journeys(FULL, 1)

    async def body(keeper: Keeper) -> None:
        disk.spinning.clear()
        taking = [asyncio.create_task(keeper.take(next(requests))) for _ in range(40)]
        await asyncio.sleep(0.1)
        disk.spinning.set()
        await asyncio.gather(*taking)
        assert disk.commits <= 3

    held(disk, body)


def test_beyond_the_bound_senders_are_asked_to_come_again() -> None:
    """Nothing of a refused request is kept, and room comes back."""
    disk = Disk()
    request = recorded(FULL)[0]

    async def body(keeper: Keeper) -> None:
        disk.spinning.clear()
        first = asyncio.create_task(keeper.take(request))
        await asyncio.sleep(0.05)
        with pytest.raises(Overloaded):
            await keeper.take(request)
        disk.spinning.set()
        await first
        assert keeper.queued == 0
        await keeper.take(request)

    held(disk, body, queue_bytes=request.ByteSize())


def test_a_sender_that_goes_away_gives_no_room_back_before_its_request_is_done() -> None:
    """Else who cancels and comes again could fill the memory."""
    disk = Disk()
    request = recorded(FULL)[0]

    async def body(keeper: Keeper) -> None:
        disk.spinning.clear()
        gone = asyncio.create_task(keeper.take(request))
        await asyncio.sleep(0.05)
        gone.cancel()
        await asyncio.wait([gone])
        assert keeper.queued == request.ByteSize()
        disk.spinning.set()
        await until(lambda: keeper.queued == 0)

    held(disk, body)


def test_a_full_disk_refuses_requests_is_said_once_a_streak_and_heals(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """No number is lost: effects that could not be written are carried out later."""
    disk = Disk()

    async def body(keeper: Keeper) -> None:
        for request in recorded(FULL):
            await keeper.take(request)
        disk.full = True
        for _ in range(3):
            with pytest.raises(StoreError):
                await keeper.take(recorded(FULL)[0])
        commits = disk.commits
        await until(lambda: disk.commits > commits + 2)  # settling was tried, more than once
        assert handoffs(disk) == 0
        disk.full = False
        await until(lambda: handoffs(disk) == 4)

    with caplog.at_level(logging.ERROR):
        tally = held(disk, body)
    # Once for the journal, once for the effects.
    assert [record.message for record in caplog.records] == ["the store failed: no space left"] * 2
    assert {(metric, reason) for metric, reason, _ in tally.rows()} >= {
        (own.FAILURES.name, "journal"), (own.FAILURES.name, "write"),
    }  # fmt: skip


def test_a_restart_goes_on_where_the_last_one_stopped() -> None:
    """Half of a journey before, half after: measured whole, counted once."""
    disk = Disk()
    requests = recorded(FULL)

    async def first(keeper: Keeper) -> None:
        for request in requests[:3]:
            await keeper.take(request)

    async def second(keeper: Keeper) -> None:
        for request in requests:
            await keeper.take(request)
        await until(lambda: handoffs(disk) == 4)

    held(disk, first)
    tally = held(disk, second)
    assert ("duplicate", True) in {(reason, count > 0) for _, reason, count in tally.rows()}


def test_messages_in_log_records_are_as_durable_as_spans() -> None:
    """Journaled before they are acknowledged, without content; the same ones twice are one."""
    disk = Disk()
    lines = (FOLDER / f"{LOGS}.logs.jsonl").read_bytes().splitlines()
    requests = [decode_logs(line, Media.JSON) for line in lines]
    other = ExportLogsServiceRequest()
    other.resource_logs.add().scope_logs.add().log_records.add(event_name="user.clicked")

    async def body(keeper: Keeper) -> None:
        disk.spinning.clear()
        taking = asyncio.create_task(keeper.take(requests[0]))
        done, _ = await asyncio.wait([taking], timeout=0.3)
        assert not done
        disk.spinning.set()
        await taking
        for request in (*requests, other):
            await keeper.take(request)

    tally = held(disk, body)
    kept = [span for span, _ in disk.journal()]
    assert {span.role for span in kept} == {Role.CONTENT}
    assert len({span.key for span in kept}) == 4
    assert b"Dana" not in repr(kept).encode()
    assert (own.SKIPPED_LOGS.name, "unclaimed", 1) in tally.rows()


def test_spans_that_nobody_reads_are_acknowledged_and_counted() -> None:
    """A database client's spans are none of ours; their number is."""
    disk = Disk()
    request = ExportTraceServiceRequest()
    scope = request.resource_spans.add().scope_spans.add()
    scope.scope.name = "some.database.client"
    scope.spans.add(trace_id=b"t" * 16, span_id=b"s" * 8)

    async def body(keeper: Keeper) -> None:
        await keeper.take(request)

    tally = held(disk, body)
    assert tally.rows() == [(own.SKIPPED_SPANS.name, "unclaimed_scope", 1)]
    assert list(disk.journal()) == []
