"""Jobs are done once, in their order, by one thread or by whoever has to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import time_ns

import pytest

from intact.trace import health
from intact.trace.backlog import Backlog
from intact.trace.content import Content


@contextmanager
def standing_still(backlog: Backlog) -> Iterator[None]:
    """Nothing is done inside."""
    gate = threading.Event()
    backlog.do(lambda _: gate.wait(10), later=True)
    try:
        yield
    finally:
        gate.set()
        assert backlog.drain(10)


def test_where_nothing_is_deferred_jobs_are_done_at_once() -> None:
    """By the caller, who sees what they raise; no thread is started."""
    backlog, before = Backlog(), threading.active_count()
    done: list[object] = []
    backlog.do(lambda at: done.append((at, threading.current_thread())), later=False)
    assert done == [(None, threading.current_thread())]
    with pytest.raises(ZeroDivisionError):
        backlog.do(lambda _: 1 // 0, later=False)
    assert threading.active_count() == before
    assert not backlog.waiting


def test_a_job_never_overtakes_another() -> None:
    """Deferred or not, however many threads put them; and no two are done at once."""
    backlog = Backlog()
    done: list[tuple[int, int]] = []
    alone = threading.Lock()

    def put(thread: int) -> None:
        for number in range(50):

            def job(_: object, number: int = number) -> None:
                assert alone.acquire(blocking=False)
                done.append((thread, number))
                alone.release()

            backlog.do(job, later=(number + thread) % 3 > 0)

    with standing_still(backlog), ThreadPoolExecutor(4) as pool:
        list(pool.map(put, range(4)))
    for thread in range(4):
        assert [number for own, number in done if own == thread] == list(range(50))
    assert health.counts() == {}


def test_a_job_is_told_when_it_was_put() -> None:
    """Not when it is done."""
    backlog, told = Backlog(), []
    with standing_still(backlog):
        before = time_ns()
        backlog.do(told.append, later=True)
        after = time_ns()
    assert before <= told[0] <= after


def test_what_a_job_raises_is_counted_and_stops_no_other() -> None:
    """It is nobody's to catch."""
    backlog, done = Backlog(), []
    backlog.do(lambda _: 1 // 0, later=True)
    backlog.do(done.append, later=True)
    assert backlog.drain(10)
    assert len(done) == 1
    assert health.counts() == {"deferred": 1}


@pytest.mark.parametrize(("most_bytes", "most_contents"), [(25, 100), (10_000, 2)])
def test_content_beyond_the_bounds_is_dropped_and_its_job_is_done(
    most_bytes: int, most_contents: int
) -> None:
    """The oldest stay, each drop is counted; what was done makes room again."""
    backlog, sizes = Backlog(most_bytes, most_contents), []
    for _ in range(2):
        contents = [Content(None, b"0123456789") for _ in range(4)]
        with standing_still(backlog):
            for content in contents:
                backlog.do(
                    lambda _, content=content: sizes.append(content.size),  # type: ignore[misc]
                    later=True,
                    content=content,
                )
    assert sizes == [10, 10, 0, 0] * 2
    assert health.counts() == {"deferred_full": 4}


def test_waiting_has_an_end() -> None:
    """And a job that waits for all jobs is not waited for by itself."""
    backlog, drained = Backlog(), []
    with standing_still(backlog):
        assert not backlog.drain(0.01)
        backlog.do(lambda _: drained.append(backlog.drain(10)), later=True)
    assert drained == [False]


def test_without_a_thread_jobs_are_done_by_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where none can be started, as in an interpreter that is on its way out."""

    def refuse(_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    backlog, done = Backlog(), []
    backlog.do(done.append, later=True)
    assert len(done) == 1
    assert not backlog.waiting
