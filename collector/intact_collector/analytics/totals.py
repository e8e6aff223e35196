"""Cumulative totals: how one increment changes one series, and which series it belongs to.

In: a series, or none yet, and an increment. Out: the new series. Buckets are those of an
OpenTelemetry explicit-bucket histogram: an upper bound belongs to its bucket (`value <= bound`),
and one more bucket holds what lies above the last bound. Keeping series is left to the store.

At most `LIMIT` series exist per metric. What comes later is added to one series whose only
attribute is `otel.metric.overflow`: the totals stay right, only the attribution is lost.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from intact.codec.attributes import METRIC_OVERFLOW
from intact_collector.model.metric import Exemplar, Increment, Instrument, MetricSpec, Series

#: Most series of one metric, the overflow included.
LIMIT: Final = 1000

#: The attributes of the series that takes what has no room of its own.
OVERFLOW: Final = ((METRIC_OVERFLOW, "true"),)


def placed(
    increment: Increment, exists: Callable[[Increment], bool], size: Callable[[str], int]
) -> Increment:
    """The increment, with the attributes of the series that it goes to.

    `exists` says whether there is a series for an increment, `size` how many series a metric has.
    The overflow series is counted by `size` like any other.

    >>> late = Increment("intact.handoffs", (("a", "1"),), 1.0)
    >>> placed(late, lambda _: False, lambda _: LIMIT - 1).attributes
    (('otel.metric.overflow', 'true'),)
    """
    # One place is kept free, so that the overflow itself never is the series too many.
    if exists(increment) or size(increment.metric) < LIMIT - 1:
        return increment
    return replace(increment, attributes=OVERFLOW)


def added(
    series: Series | None, increment: Increment, spec: MetricSpec, *, start: int, time: int
) -> Series:
    """The series with one increment more; a new one begins at `start`.

    >>> spec = MetricSpec("m", Instrument.HISTOGRAM, "1", "", bounds=(0.5, 1.0))
    >>> one = added(None, Increment("m", (), 0.5), spec, start=1, time=2)
    >>> added(one, Increment("m", (), 0.6), spec, start=1, time=3).buckets
    (1, 1, 0)
    """
    if series is None or len(series.buckets) != _bucket_count(spec):
        # Of another shape: an earlier version drew other bounds. Those numbers cannot be added.
        series = Series(
            metric=increment.metric,
            attributes=increment.attributes,
            start=start if series is None else time,
            time=time,
            count=0,
            total=0.0,
            buckets=(0,) * _bucket_count(spec),
        )
    value = increment.value
    return replace(
        series,
        time=max(time, series.time),
        count=series.count + 1,
        total=series.total + value,
        buckets=_counted(series.buckets, spec, value),
        low=value if series.low is None else min(series.low, value),
        high=value if series.high is None else max(series.high, value),
        exemplars=_exemplars(series.exemplars, increment.exemplar, spec),
    )


def _bucket_count(spec: MetricSpec) -> int:
    return len(spec.bounds) + 1 if spec.instrument is Instrument.HISTOGRAM else 0


def _counted(buckets: tuple[int, ...], spec: MetricSpec, value: float) -> tuple[int, ...]:
    if not buckets:
        return ()
    index = bisect_left(spec.bounds, value)
    return (*buckets[:index], buckets[index] + 1, *buckets[index + 1 :])


def _exemplars(
    held: tuple[Exemplar, ...], new: Exemplar | None, spec: MetricSpec
) -> tuple[Exemplar, ...]:
    """The latest exemplar of each bucket: many good ones must not wash away the rare bad one."""
    if new is None:
        return held
    place = bisect_left(spec.bounds, new.value)
    others = (one for one in held if bisect_left(spec.bounds, one.value) != place)
    return tuple(sorted((*others, new), key=lambda one: one.value))
