"""What the API sees: open and closed sessions as one list, page by page."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from intact.fingerprint import Fingerprinter, Key
from intact_collector import pipeline
from intact_collector.hosts import own
from intact_collector.hosts.keeper import Keeper
from intact_collector.hosts.live import LiveView
from intact_collector.receive.counters import Counters
from intact_collector.report import to_bytes
from intact_collector.serve import Query
from intact_collector.store import MemoryStore
from tests.e2e.program import journeys, trace_id

FULL = "openai-agents__openinference__full"
IDLE = 5.0


class Clock:
    """Time as data."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def seen(body: Callable[[Keeper, LiveView, Clock], Awaitable[None]]) -> None:
    """Run `body` with a keeper in memory and a view of it."""

    async def run() -> None:
        clock, tally = Clock(), own.Tally()
        store = MemoryStore(to_json=to_bytes, version="test", now=clock())
        settings = pipeline.Settings(settle=1.0, idle=IDLE, guess=False)
        fingerprinter = Fingerprinter(Key(b"a key for the live view"))
        keeper = Keeper(store, fingerprinter, settings, tally, clock=clock)
        await keeper.start()
        try:
            await body(keeper, LiveView(store, keeper, Counters(), tally, clock=clock), clock)
        finally:
            await keeper.stop()

    asyncio.run(run())


async def ids(view: LiveView, **query: int) -> list[str]:
    """The sessions of one page."""
    return [one["session_id"] for one in (await view.sessions(Query(**query))).sessions]


async def until(what: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something holds; the suite's own timeout is the limit."""
    for _ in range(600):
        if await what():
            return
        await asyncio.sleep(0.02)
    pytest.fail("it never became true")


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_of_open_and_closed_sessions_hold_each_of_them_once(limit: int) -> None:
    """Three closed, three open: whatever the page's size, open ones first, none twice."""

    async def body(keeper: Keeper, view: LiveView, clock: Clock) -> None:
        requests = journeys(FULL, 1)
        early, late = ([next(requests) for _ in range(3)] for _ in range(2))
        for request in early:
            await keeper.take(request)

        async def measured() -> bool:
            return len(await ids(view)) == 3

        async def closed() -> bool:
            return all(not one["open"] for one in (await view.sessions(Query())).sessions)

        await until(measured)
        clock.now += IDLE + 1
        await until(closed)
        for request in late:
            await keeper.take(request)

        async def both() -> bool:
            return len(await ids(view)) == 6

        await until(both)
        found: list[str] = []
        offset: int | None = 0
        while offset is not None:
            page = await view.sessions(Query(limit=limit, offset=offset))
            assert len(page.sessions) <= limit
            found += [one["session_id"] for one in page.sessions]
            offset = page.next_offset
        assert {name.removeprefix("trace:") for name in found[:3]} == set(map(trace_id, late))
        assert {name.removeprefix("trace:") for name in found[3:]} == set(map(trace_id, early))

    seen(body)


def test_a_session_that_closes_is_never_out_of_sight() -> None:
    """Between its end in the state and its place in the store, somebody asking still finds it."""

    async def body(keeper: Keeper, view: LiveView, clock: Clock) -> None:
        request = next(journeys(FULL, 2))
        name = f"trace:{trace_id(request)}"
        await keeper.take(request)

        async def there() -> bool:
            return len(await view.session(name)) == 1

        await until(there)
        clock.now += IDLE + 1
        for _ in range(60):
            assert await there()
            await asyncio.sleep(0.01)
        ((one,),) = [await view.session(name)]
        assert not one["open"]

    seen(body)
