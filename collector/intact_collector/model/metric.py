"""Totals and events on their way to a backend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Instrument(Enum):
    COUNTER = "counter"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class MetricSpec:
    """One row of the table of metrics: what is exported and how it is documented."""

    name: str
    instrument: Instrument
    unit: str
    description: str
    bounds: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Exemplar:
    """A measurement behind a point, with the span to look at."""

    trace_id: bytes
    span_id: bytes
    value: float
    time: int  # Unix nanoseconds


@dataclass(frozen=True, slots=True)
class Increment:
    """One measurement to be added to one series."""

    metric: str
    attributes: tuple[tuple[str, str], ...]  # sorted by name
    value: float
    exemplar: Exemplar | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """A cumulative total. For counters `total` alone counts."""

    metric: str
    attributes: tuple[tuple[str, str], ...]
    start: int  # Unix nanoseconds
    time: int
    count: int
    total: float
    buckets: tuple[int, ...] = ()
    low: float | None = None
    high: float | None = None
    exemplars: tuple[Exemplar, ...] = ()


@dataclass(frozen=True, slots=True)
class EvaluationEvent:
    """One `gen_ai.evaluation.result` log record. `id` is stable: deliveries may repeat."""

    id: str
    time: int
    trace_id: bytes
    span_id: bytes
    body: str
    attributes: Mapping[str, str | float | int | bool | tuple[str, ...]] = field(
        default_factory=dict
    )
