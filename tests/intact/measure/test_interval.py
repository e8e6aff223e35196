"""Intervals hold what they say, whatever the share: against exact chances, added up one by one."""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intact.measure.interval import Share, proportion, weighted_mean

SHARES = st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)).map(
    lambda three: Share(sorted(three)[1], sorted(three)[0], sorted(three)[2])
)
UNSEEN = st.tuples(st.floats(0, 1), st.floats(0, 1)).map(
    lambda two: Share(None, min(two), max(two))
)


def covered(total: int, having: int, drawn: int) -> float:
    """The chance that the interval of a draw without replacement holds the truth."""
    chance = 0.0
    for hits in range(max(0, drawn - total + having), min(drawn, having) + 1):
        found = proportion(hits, drawn, total)
        if found.low - 1e-12 <= having / total <= found.high + 1e-12:
            chance += comb(having, hits) * comb(total - having, drawn - hits) / comb(total, drawn)
    return chance


@pytest.mark.parametrize("total", [2, 5, 20, 200])
@pytest.mark.parametrize("drawn", [1, 2, 3, 7, 12, 40, 120])
def test_every_true_share_is_covered_as_often_as_promised(total: int, drawn: int) -> None:
    """Not only on average: the plain score interval covers 0.80 of some."""
    if drawn < total:
        assert min(covered(total, having, drawn) for having in range(total + 1)) > 0.94


@given(st.integers(1, 300), st.data())
def test_an_interval_holds_what_is_certain_and_no_more(total: int, data: st.DataObject) -> None:
    """What was drawn is known, and what was not could all be so or not."""
    drawn = data.draw(st.integers(1, total))
    hits = data.draw(st.integers(0, drawn))
    share = proportion(hits, drawn, total)
    assert hits / total - 1e-12 <= share.low <= hits / drawn <= share.high
    assert share.high <= (hits + total - drawn) / total + 1e-12
    if drawn == total:
        assert share.low == share.high
    else:
        assert share.low < share.high


@given(st.lists(st.tuples(st.floats(0.01, 100), SHARES | UNSEEN), min_size=1, max_size=5))
@settings(max_examples=200)
def test_a_mean_lies_between_its_parts(parts: list[tuple[float, Share]]) -> None:
    """It has a value when any part has, and an interval no wider than adding all widths up."""
    mean = weighted_mean(parts)
    total = sum(weight for weight, _ in parts)
    values = [(weight, share.value) for weight, share in parts if share.value is not None]
    widest = sum(weight * (share.high - share.low) for weight, share in parts) / total
    assert 0 <= mean.low <= mean.high <= 1
    if not values:
        assert mean.value is None
        assert mean.high - mean.low == pytest.approx(widest)
        return
    assert mean.value == pytest.approx(sum(w * v for w, v in values) / sum(w for w, _ in values))
    assert mean.low <= mean.value <= mean.high
    if len(values) == len(parts):
        assert mean.high - mean.low <= widest + 1e-9


def test_a_mean_of_one_part_is_that_part() -> None:
    """Nothing is added to its interval."""
    one = Share(0.5, 0.25, 0.625)
    assert weighted_mean([(3.0, one)]) == one
