"""Shares of which only a sample was seen, and the interval that each of them lies in.

In: how many of a sample have something, and how many there are in all. Out: a `Share`. Left to
others: what is sampled, and what a sample shows (`containment`, `retention`).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

#: Two-sided 95 %.
Z = 1.959963984540054


class Share(NamedTuple):
    """A share with its 95 % interval; `value` is None when nothing can be said."""

    value: float | None
    low: float
    high: float


UNKNOWN = Share(None, 0.0, 1.0)


def proportion(hits: float, seen: float, total: float) -> Share:
    """The share of `total` items that have something, `hits` of the `seen` ones that were drawn.

    Wilson's score interval with Newcombe's correction for continuity (*Two-sided confidence
    intervals for the single proportion*, 1998, method 4) and that for a finite population, cut to
    what the items that were not drawn could still change. It covers at least 94.6 %, whatever the
    share, also when one or two items were drawn; the plain interval falls below 80 % there. It
    has no width when all items were drawn. The counts need not be whole.

    >>> proportion(3, 4, 4)
    Share(value=0.75, low=0.75, high=0.75)
    >>> proportion(0, 0, 10).value is None
    True
    """
    if seen <= 0:
        return UNKNOWN
    share = hits / seen
    if seen >= total:
        return Share(share, share, share)
    left = (total - seen) / (total - 1) if total > 1 else 1.0
    half_step = 0.5 / seen
    low = max(_score_bound(max(0.0, share - half_step), seen, left, -1), hits / total)
    high = min(
        _score_bound(min(1.0, share + half_step), seen, left, +1), (hits + total - seen) / total
    )
    return Share(share, min(low, share), max(high, share))


def weighted_mean(parts: Sequence[tuple[float, Share]]) -> Share:
    """The mean of independent shares with known weights.

    Distances from the values to the bounds add up as squares: the method of variance estimates
    recovery (Zou and Donner, *Construction of confidence limits about effect measures*, 2008),
    which keeps intervals within 0..1 and as lopsided as their parts are. Shares without a value
    leave the mean; what they could be widens the interval on both sides in full.

    >>> weighted_mean([(3, Share(1.0, 1.0, 1.0)), (1, Share(None, 0.0, 1.0))])
    Share(value=1.0, low=0.75, high=1.0)
    """
    value = weight = 0.0
    below = above = 0.0  # squares
    for each, share in parts:
        if share.value is None:
            continue
        weight += each
        value += each * share.value
        below += (each * (share.value - share.low)) ** 2
        above += (each * (share.high - share.value)) ** 2
    hidden = sum(each for each, share in parts if share.value is None)
    total = weight + hidden
    if total <= 0:
        return UNKNOWN
    least = sum(each * share.low for each, share in parts if share.value is None)
    most = sum(each * share.high for each, share in parts if share.value is None)
    if weight <= 0:
        return Share(None, least / total, most / total)
    value /= weight
    low, high = value - sqrt(below) / weight, value + sqrt(above) / weight
    if hidden:
        low, high = (low * weight + least) / total, (high * weight + most) / total
    return Share(value, max(0.0, min(value, low)), min(1.0, max(value, high)))


def _score_bound(share: float, seen: float, left: float, side: int) -> float:
    """The share so far from an observed one that its score is Z: Wilson's bound."""
    z2 = Z * Z * left
    middle = share + z2 / (2 * seen)
    half = sqrt(z2 * share * (1 - share) / seen + z2 * z2 / (4 * seen * seen))
    return (middle + side * half) / (1 + z2 / seen)
