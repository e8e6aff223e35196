"""Agreement of scores with labels, ties right: areas under ROC curves and rank correlations.

In: arrays of scores and labels, and how often each item counts. A weight of two is the same as
an item that stands twice, so a bootstrap sample is nothing but other weights. Out: one number,
NaN where there is none (one class alone, no variance).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def auc(scores: Floats, labels: Floats, weights: Floats) -> float:
    """Chance that a positive scores above a negative; a tie is half a win.

    1 means that all positives stand above all negatives, 0.5 that the score tells nothing.
    """
    _, place = np.unique(scores, return_inverse=True)
    positive = np.bincount(place, weights * labels)
    negative = np.bincount(place, weights * (1.0 - labels))
    pairs = positive.sum() * negative.sum()
    if pairs == 0:
        return float("nan")
    below = np.cumsum(negative) - negative
    return float((positive * (below + negative / 2)).sum() / pairs)


def spearman(first: Floats, second: Floats, weights: Floats) -> float:
    """Pearson's correlation of mid-ranks, -1..1: 1 means that both order all items alike."""
    return pearson(_ranks(first, weights), _ranks(second, weights), weights)


def pearson(first: Floats, second: Floats, weights: Floats) -> float:
    """Pearson's correlation of weighted items."""
    total = weights.sum()
    if total == 0:
        return float("nan")
    first = first - (weights * first).sum() / total
    second = second - (weights * second).sum() / total
    spread = (weights * first**2).sum() * (weights * second**2).sum()
    return float((weights * first * second).sum() / np.sqrt(spread)) if spread else float("nan")


def mean(values: Floats, weights: Floats) -> float:
    """The weighted mean; NaN of nothing."""
    total = weights.sum()
    return float((weights * values).sum() / total) if total else float("nan")


def _ranks(values: Floats, weights: Floats) -> Floats:
    """The rank of each item among all copies of all items; ties share their middle."""
    _, place = np.unique(values, return_inverse=True)
    copies = np.bincount(place, weights)
    middle = np.cumsum(copies) - (copies - 1) / 2
    ranks: Floats = middle[place]
    return ranks
