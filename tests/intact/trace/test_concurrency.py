"""Tasks, threads and forked processes: context follows contextvars and is never mixed up."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import multiprocessing
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import intact
from intact.codec import attributes as names
from intact.trace import fingerprinters, health, memory
from intact.trace.backlog import BACKLOG
from intact.trace.scope import new_id
from tests.intact.trace.recorded import Spans

STATE = {"order": {"id": "A-1042", "total": "129.90 EUR"}, "refund_by": "2026-12-04"}


@intact.agent("triage")
def triage(context: object) -> object:
    return context


@intact.agent("billing")
def billing(context: object) -> object:
    return {"answer": "none"}


def test_tasks_keep_their_sessions_apart(spans: Spans) -> None:
    """Many sessions at once, each with its own handoff and no other."""

    @intact.agent("support")
    async def support(context: object) -> object:
        await asyncio.sleep(0)
        return context

    async def journey(number: int) -> None:
        async with intact.session(f"user {number}"):
            state = await support({"id": f"A-{1000 + number}"})
            await asyncio.sleep(0)
            billing(state)

    async def run() -> None:
        await asyncio.gather(*(journey(number) for number in range(20)))

    asyncio.run(run())
    assert spans.edges() == [("support", "billing", "dataflow")] * 20
    senders = {span.context.span_id: span for span in spans.turns("support")}
    for arrival in spans.arrivals():
        sender = senders[arrival.links[0].context.span_id]
        assert arrival.attributes[names.SESSION_ID] == sender.attributes[names.SESSION_ID]


def test_parallel_tasks_of_a_turn_are_its_calls(spans: Spans) -> None:
    """Agents that run at once below one turn were each called by it, and by no other."""

    @intact.agent("worker")
    async def worker(context: object) -> object:
        await asyncio.sleep(0)
        return context

    @intact.agent("lead")
    async def lead(context: object) -> Any:
        return await asyncio.gather(*(worker({"part": f"P-{n}00"}) for n in range(5)))

    asyncio.run(lead(STATE))
    assert spans.edges() == [("lead", "worker", "call")] * 5


def test_a_thread_with_a_copied_context_is_inside(spans: Spans) -> None:
    """Copying the context carries turn and session over."""

    @intact.agent("lead")
    def lead(context: object) -> None:
        with ThreadPoolExecutor(4) as pool:
            for number in range(8):
                pool.submit(contextvars.copy_context().run, billing, {"id": f"B-{number}00"})

    with intact.session("s-1"):
        lead(STATE)
    assert spans.edges() == [("lead", "billing", "call")] * 8
    assert {span.attributes[names.SESSION_ID] for span in spans.turns("billing")} == {"s-1"}


def test_a_thread_without_it_is_its_own_root(spans: Spans) -> None:
    """It is nobody's call: that is missing, rather than wrong."""
    with intact.session("s-1"):
        state = triage(STATE)
        thread = threading.Thread(target=billing, args=(state,))
        thread.start()
        thread.join()
    assert spans.arrivals() == []
    assert spans.turn("billing").parent is None
    assert names.SESSION_ID not in spans.turn("billing").attributes


def test_threads_share_a_session_without_losing_turns(spans: Spans) -> None:
    """Outputs that end on many threads at once are all known to the session."""
    with intact.session("s-1"):
        context = contextvars.copy_context()
        with ThreadPoolExecutor(8) as pool:
            jobs = [
                pool.submit(context.copy().run, triage, {"id": f"T-{number}00"})
                for number in range(40)
            ]
            states = [job.result() for job in jobs]
        for state in states:
            billing(state)
    assert len(spans.arrivals()) == 40
    assert len({span.attributes[names.HANDOFF_ID] for span in spans.arrivals()}) == 40
    assert {span.attributes[names.HANDOFF_SEQUENCE] for span in spans.arrivals()} == {*range(40)}


def test_a_forked_process_works_though_locks_were_held(spans: Spans) -> None:
    """A lock that another thread held at the fork does not stop the child; ids differ."""
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with memory._lock, health._lock:
            held.set()
            release.wait()

    with intact.session("s-1"):
        state = triage(STATE)
        intact.flush()
        thread = threading.Thread(target=hold)
        thread.start()
        held.wait()
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:  # pragma: no cover - the parent's coverage does not see it
            billing(state)
            health.ignored("in the child", "")
            os.write(writer, repr((spans.edges(), new_id())).encode())
            os._exit(0)
        release.set()
        thread.join()
    os.close(writer)
    edges, id = eval(os.read(reader, 1000).decode())
    os.close(reader)
    assert os.waitpid(child, 0)[1] == 0
    assert edges == [("triage", "billing", "dataflow")]
    assert id != new_id()


def test_a_forked_process_knows_what_was_said_before(spans: Spans) -> None:
    """Also when it had only just been said, and nothing was told of it yet."""
    reader, writer = os.pipe()
    with intact.session("s-1"):
        state = triage(STATE)
        child = os.fork()
        if child == 0:  # pragma: no cover - the parent's coverage does not see it
            billing(state)
            os.write(writer, repr(spans.edges()).encode())
            os._exit(0)
    os.close(writer)
    assert eval(os.read(reader, 1000).decode()) == [("triage", "billing", "dataflow")]
    os.close(reader)
    assert os.waitpid(child, 0)[1] == 0
    assert spans.edges() == []


def test_worker_processes_may_be_forked(spans: Spans) -> None:
    """`multiprocessing` by fork runs agents in its workers."""
    triage(STATE)
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map(triage, [STATE, {"a": 1}]) == [STATE, {"a": 1}]


@pytest.mark.timeout(20)
def test_a_turn_may_end_while_its_own_thread_holds_any_lock(spans: Spans) -> None:
    """As a forgotten generator's does, wherever the garbage collector finds it."""

    @intact.agent("triage")
    def steps(context: object) -> Iterator[object]:
        yield context

    with intact.session("s-1"):
        begun = steps(STATE)
        next(begun)
        cycle: list[object] = [begun]
        cycle.append(cycle)
        del begun, cycle
        with memory._lock, health._lock, fingerprinters._lock, BACKLOG._changed:
            gc.collect()
        health.ignored("to take that lock", "")
    assert len(spans.turns("triage")) == 1
