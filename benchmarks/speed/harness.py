"""Two things timed in turn, A B A B …, so that a machine that drifts slows both.

In: two callables and what to call them with.  Out: a `Pair`, from which a benchmark makes a `Row`.
Times are CPU time of this process, all its threads included, unless a row says that they are those
of the calling thread alone. Quoted is the median over rounds of the ratio within a round.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from math import ceil
from statistics import median
from time import process_time_ns
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to look. A quick look shows that a benchmark runs; its numbers mean nothing."""

    rounds: int
    share: float  # of the calls, requests and seconds of a full run

    def calls(self, full: int) -> int:
        return max(2, round(full * self.share))

    def seconds(self, full: float) -> float:
        return max(0.5, full * self.share)


FULL = Effort(rounds=9, share=1.0)
QUICK = Effort(rounds=1, share=0.02)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `value` is in `unit`; ratios have the unit ``x``."""

    name: str
    value: float
    unit: str
    must: float | None
    aim: float | None
    condition: str
    ours: str
    against: str
    more_is_better: bool = False

    @property
    def ok(self) -> bool | None:
        """Whether the budget is met; None where there is none."""
        if self.must is None:
            return None
        return self.value >= self.must if self.more_is_better else self.value <= self.must


@dataclass(frozen=True, slots=True)
class Pair:
    """Two costs per call in microseconds, and the first over the second."""

    ours: float
    against: float
    ratio: float


def compare(
    ours: Callable[[T], object],
    against: Callable[[T], object],
    inputs: Iterator[T],
    effort: Effort,
    *,
    calls: int,
    clock: Callable[[], int] = process_time_ns,
    after: Callable[[], object] = lambda: None,
) -> Pair:
    """Time two callables in turn on the same inputs. Making an input is not timed.

    ``clock`` is in nanoseconds. ``after`` waits for what ``ours`` has left to other threads, within
    the time of its batch.

    Garbage is collected between rounds and not within them: a collection costs what the heap of
    the benchmark costs, and falls on whoever comes next.
    """
    first = next(inputs)
    ours(first), against(first)
    costs: list[tuple[float, float]] = []
    with _no_gc():
        for _ in range(effort.rounds):
            batch = list(islice(inputs, effort.calls(calls)))
            costs.append((_time(ours, batch, clock, after), _time(against, batch, clock)))
            gc.collect()
    return pair(costs)


def pair(costs: Sequence[tuple[float, float]]) -> Pair:
    """The medians over rounds, given (ours, against) of each round in microseconds."""
    ours, against = zip(*costs, strict=True)
    return Pair(median(ours), median(against), median(a / b for a, b in costs))


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that so many of all do not exceed.

    >>> quantile([5, 1, 4, 2, 3], 0.5), quantile([5, 1, 4, 2, 3], 0.99)
    (3, 5)
    """
    return sorted(values)[max(0, ceil(len(values) * share) - 1)]


def microseconds(value: float) -> str:
    """A cost for people."""
    return f"{value:,.1f} µs" if value < 10_000 else f"{value / 1_000:,.1f} ms"


def _time(
    call: Callable[[T], object],
    batch: Sequence[T],
    clock: Callable[[], int],
    after: Callable[[], object] = lambda: None,
) -> float:
    start = clock()
    for one in batch:
        call(one)
    after()
    return (clock() - start) / len(batch) / 1_000


@contextmanager
def _no_gc() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
