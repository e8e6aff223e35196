"""What the judge of one data set hands back: figures, tables and remarks."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

import numpy as np

from benchmarks.truth.bootstrap import Statistic, interval


@dataclass(frozen=True, slots=True)
class Figure:
    """One goal's figure with its 95 % interval; None where it could not be had."""

    id: str
    value: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Table:
    """Counts of outcomes (columns) by label (rows)."""

    title: str
    counts: dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Findings:
    """All that one data set says."""

    figures: tuple[Figure, ...]
    condition: str
    tables: tuple[Table, ...] = ()
    remarks: tuple[str, ...] = field(default=())


def figure(goal: str, statistic: Statistic, groups: Sequence[Hashable]) -> Figure:
    """The figure of all items, and its interval over groups."""
    value = statistic(np.ones(len(groups)))
    low, high = interval(statistic, groups)
    return Figure(goal, _known(value), _known(low), _known(high), len(groups))


def counted(pairs: Sequence[tuple[str, str]]) -> dict[str, dict[str, int]]:
    """(label, outcome) pairs as counts by label."""
    counts: dict[str, dict[str, int]] = {}
    for label, outcome in pairs:
        row = counts.setdefault(label, {})
        row[outcome] = row.get(outcome, 0) + 1
    return counts


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
