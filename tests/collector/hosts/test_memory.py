"""The collector in memory: the same pipeline, driven by hand."""

from __future__ import annotations

from intact.fingerprint import Fingerprinter
from intact.testing import Clock
from intact_collector.hosts.memory import MemoryCollector
from intact_collector.pipeline import Settings
from tests.golden import recordings

NAME = "openai-agents__openinference__lossy"


def collector(clock: Clock) -> MemoryCollector:
    """A collector whose time stands still."""
    return MemoryCollector(Fingerprinter(recordings.KEY), Settings(settle=5, idle=60), clock)


def test_spans_are_reported_at_once_and_settle_with_time() -> None:
    """Now: provisional. After the wait: counted. After the silence: closed, and still reported."""
    clock = Clock()
    memory = collector(clock)
    memory.take_spans(recordings.neutral(NAME))
    at_once = memory.report()
    assert [len(one.handoffs) for one in at_once] == [2, 2]
    assert memory.settled == []
    clock.advance(6)
    memory.tick()
    assert len(memory.settled) == 4
    clock.advance(60)
    memory.tick()
    final = memory.report()
    assert [one.open for one in final] == [False, False]
    assert [[h.measurement for h in one.handoffs] for one in final] == [
        [h.measurement for h in one.handoffs] for one in at_once
    ]


def test_draining_settles_and_closes_everything() -> None:
    """For a host that knows that nothing follows."""
    memory = collector(Clock())
    memory.take_reduced(recordings.reduced(NAME))
    assert all(not one.open for one in memory.drain())
    assert len(memory.settled) == 4
    assert memory.drain() == memory.report()


def test_what_comes_again_is_counted() -> None:
    """A repeated request changes the counter and nothing else."""
    memory = collector(Clock())
    memory.take_reduced(recordings.reduced(NAME))
    before = memory.report()
    memory.take_reduced(recordings.reduced(NAME))
    assert memory.report() == before
    assert memory.discarded == {"duplicate": len(recordings.reduced(NAME))}


def test_clearing_forgets_everything() -> None:
    """Between two tests."""
    memory = collector(Clock())
    memory.take_reduced(recordings.reduced(NAME))
    memory.clear()
    assert (memory.report(), memory.spans, memory.settled) == ([], 0, [])
