"""V10's statistic: how much better errors are found with scores than by length and place alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.truth.auc import auc
from benchmarks.truth.figures import Figure, figure
from benchmarks.truth.logistic import out_of_fold


def gain(
    goal: str,
    plain: Sequence[Sequence[float]],
    scores: Sequence[Sequence[float]],
    labels: Sequence[float],
    groups: Sequence[str],
) -> tuple[Figure, str]:
    """The gain of AUC with its interval, and a remark that says both AUCs.

    Args:
        goal: Which goal it is the figure of.
        plain: Trivial features of each item: its length, its place.
        scores: What the measure says of each item.
        labels: 1 for an item that people marked as an error.
        groups: The run that each item is of.
    """
    truth = np.array(labels)
    base = np.array(plain, dtype=np.float64)
    more = np.column_stack([base, np.array(scores, dtype=np.float64)])
    without = out_of_fold(base, truth, groups)
    with_scores = out_of_fold(more, truth, groups)
    found = figure(
        goal,
        lambda weights: auc(with_scores, truth, weights) - auc(without, truth, weights),
        groups,
    )
    ones = np.ones(len(groups))
    return found, (
        f"{goal}: AUC {auc(without, truth, ones):.3f} of length and place alone,"
        f" {auc(with_scores, truth, ones):.3f} with the measure;"
        f" {int(truth.sum())} of {len(groups)} are marked"
    )
