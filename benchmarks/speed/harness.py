"""Two things timed in turn, A B A B …, so that a machine that drifts slows both.

Times are CPU time of this process. Quoted is the median over rounds of the ratio within a round.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from time import process_time_ns


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

    @property
    def ok(self) -> bool | None:
        """Whether the budget is met; None where there is none."""
        return None if self.must is None else self.value <= self.must


@dataclass(frozen=True, slots=True)
class Pair:
    """Two costs per call in microseconds, and their ratio."""

    ours: float
    against: float
    ratio: float


def compare(
    ours: Callable[[], object],
    against: Callable[[], object],
    *,
    rounds: int,
    calls: int,
    prepare: Callable[[], object] | None = None,
) -> Pair:
    """Time two callables in turn. `prepare` runs before each round, untimed."""
    ours(), against()
    firsts: list[float] = []
    seconds: list[float] = []
    with _no_gc():
        for _ in range(rounds):
            if prepare is not None:
                prepare()
            firsts.append(_time(ours, calls))
            seconds.append(_time(against, calls))
            gc.collect()
    ratios = [a / b for a, b in zip(firsts, seconds, strict=True)]
    return Pair(median(firsts), median(seconds), median(ratios))


def _time(call: Callable[[], object], calls: int) -> float:
    start = process_time_ns()
    for _ in range(calls):
        call()
    return (process_time_ns() - start) / calls / 1_000


@contextmanager
def _no_gc() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def microseconds(value: float) -> str:
    """A cost for people."""
    return f"{value:,.1f} µs" if value < 10_000 else f"{value / 1_000:,.1f} ms"
