"""Cumulative series: sums, buckets, exemplars and the cap on their number."""

from __future__ import annotations

from functools import reduce
from itertools import pairwise
from operator import add

from hypothesis import given
from hypothesis import strategies as st

from intact_collector.analytics.metrics import METRICS
from intact_collector.analytics.totals import LIMIT, OVERFLOW, added, placed
from intact_collector.model.metric import Exemplar, Increment, Instrument, MetricSpec, Series

RETENTION = METRICS["intact.handoff.retention"]
COUNT = METRICS["intact.handoffs"]

shares = st.one_of(st.sampled_from(RETENTION.bounds), st.floats(0, 2, allow_nan=False))


def fold(spec: MetricSpec, values: list[float]) -> Series:
    series = None
    for time, value in enumerate(values, start=10):
        exemplar = Exemplar(bytes(16), time.to_bytes(8, "big"), value, time)
        one = Increment(spec.name, (("a", "b"),), value, exemplar)
        series = added(series, one, spec, start=5, time=time)
    assert series is not None
    return series


@given(st.lists(shares, min_size=1))
def test_a_histogram_is_what_counting_by_hand_gives(values: list[float]):
    """An upper bound belongs to its bucket; what lies above the last has one of its own."""
    series = fold(RETENTION, values)
    edges = (float("-inf"), *RETENTION.bounds, float("inf"))
    by_hand = tuple(sum(low < value <= high for value in values) for low, high in pairwise(edges))
    assert series.buckets == by_hand
    assert series.count == len(values) == sum(series.buckets)
    assert series.total == reduce(add, values)  # one by one: `sum` rounds once since Python 3.12
    assert (series.low, series.high) == (min(values), max(values))
    assert (series.start, series.time) == (5, 9 + len(values))


def test_a_counter_has_a_total_and_no_buckets():
    """Values may be larger than one: three facts kept are one increment."""
    series = fold(COUNT, [1.0, 3.0])
    assert (series.total, series.buckets) == (4.0, ())


@given(st.lists(shares, min_size=1))
def test_each_bucket_keeps_its_latest_exemplar(values: list[float]):
    """At most one exemplar per bucket, so that one bad handoff stands out of a million good."""
    series = fold(RETENTION, values)
    latest: dict[int, float] = {}
    for value in values:
        latest[sum(bound < value for bound in RETENTION.bounds)] = value
    assert [one.value for one in series.exemplars] == [latest[place] for place in sorted(latest)]


def test_an_older_time_does_not_turn_a_series_back():
    """Points of a cumulative series may not end before they did."""
    series = fold(COUNT, [1.0])
    again = added(series, Increment(COUNT.name, series.attributes, 1.0), COUNT, start=5, time=3)
    assert again.time == series.time


def test_other_bounds_begin_the_series_anew():
    """Numbers counted in other buckets cannot be added; a later start tells the backend so."""
    old = fold(RETENTION, [0.5])
    spec = MetricSpec(RETENTION.name, Instrument.HISTOGRAM, "1", "", bounds=(0.5,))
    new = added(old, Increment(spec.name, old.attributes, 0.4), spec, start=5, time=99)
    assert (new.start, new.count, new.buckets) == (99, 1, (1, 0))


@given(st.integers(1, 3 * LIMIT))
def test_series_beyond_the_limit_share_one(attempts: int):
    """However many names agents have, a metric has at most `LIMIT` series and loses no count."""
    held: dict[object, int] = {}
    for number in range(attempts):
        one = placed(
            Increment("m", (("a", str(number)),), 1.0),
            exists=lambda one: one.attributes in held,
            size=lambda _: len(held),
        )
        held[one.attributes] = held.get(one.attributes, 0) + 1
    assert len(held) == min(attempts, LIMIT)
    assert sum(held.values()) == attempts
    assert held.get(OVERFLOW, 0) == max(0, attempts - (LIMIT - 1))


def test_a_series_that_exists_is_never_moved():
    """At the limit, what was attributed stays attributed."""
    one = Increment("m", (("a", "1"),), 1.0)
    assert placed(one, exists=lambda _: True, size=lambda _: LIMIT) is one
