"""Shares estimated from samples are close, and their intervals hold what they say."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intact.measure.containment import containment
from intact.measure.interval import proportion
from intact.model.fingerprint import COMPLETE, Sketch

TOKENS = st.frozensets(st.integers(0, COMPLETE - 1), max_size=30)


def sketch(tokens: frozenset[int], most: int = 10**9) -> Sketch:
    """A bottom-k sample: at most so many of the smallest, and the threshold that they lie below."""
    kept = sorted(tokens)
    if len(kept) <= most:
        return Sketch(tokens, total=len(tokens))
    return Sketch(frozenset(kept[:most]), kept[most], len(tokens))


@given(TOKENS, TOKENS)
def test_of_complete_samples_the_share_is_exact(
    sent: frozenset[int], received: frozenset[int]
) -> None:
    """As sets would say."""
    share = containment(sketch(sent), sketch(received))
    if not sent:
        assert (share.value, share.low, share.high) == (None, 0.0, 1.0)
    else:
        expected = len(sent & received) / len(sent)
        assert share.value == share.low == share.high == expected


@given(TOKENS, TOKENS, st.integers(0, 20), st.integers(0, 20))
def test_any_sample_gives_a_share_within_its_interval(
    sent: frozenset[int], received: frozenset[int], some: int, more: int
) -> None:
    """From 0 to 1; nothing visible is no estimate."""
    share = containment(sketch(sent, some), sketch(received, more))
    assert 0.0 <= share.low <= share.high <= 1.0
    assert share.value is None or share.low <= share.value <= share.high


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("extra", [0, 1000])
def test_intervals_of_samples_hold_the_truth_about_as_often_as_they_say(
    share: float, extra: int
) -> None:
    """95 % of the time; 150 draws, so a good deal less would show."""
    chance = Random(f"{share}{extra}")
    size, draws, held, error = 400, 150, 0, 0.0
    for _ in range(draws):
        sent = frozenset(chance.sample(range(COMPLETE), size))
        kept = frozenset(chance.sample(sorted(sent), round(size * share)))
        received = kept | frozenset(chance.sample(range(COMPLETE), extra))
        estimate = containment(sketch(sent, 120), sketch(received, 120))
        assert estimate.value is not None
        held += estimate.low <= share <= estimate.high
        error += estimate.value - share
    assert held / draws > 0.88
    assert abs(error / draws) < 0.04


def test_an_interval_narrows_as_more_is_seen() -> None:
    """To nothing when all is."""
    widths = [
        proportion(seen / 2, seen, 1000).high - proportion(seen / 2, seen, 1000).low
        for seen in (10, 100, 500, 990, 1000)
    ]
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] == 0.0
