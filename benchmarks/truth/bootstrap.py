"""How far a figure would move with other groups: a 95 % percentile bootstrap.

Items of one dialogue, document or question are not independent, so whole groups are drawn, with
replacement (Efron and Tibshirani, *An Introduction to the Bootstrap*, 1993, chapter 13). The draws
are seeded: the same data gives the same interval.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

import numpy as np

from benchmarks.truth.auc import Floats

ROUNDS = 1000
SEED = 20_261_121

#: A figure of items, each counted as often as its weight says.
Statistic = Callable[[Floats], float]


def interval(
    statistic: Statistic, groups: Sequence[Hashable], rounds: int = ROUNDS
) -> tuple[float, float]:
    """The 2.5 and 97.5 percentiles of the figure over samples of the groups.

    Samples in which the figure does not exist (one class alone) are left out.
    """
    index = {group: number for number, group in enumerate(dict.fromkeys(groups))}
    place = np.array([index[group] for group in groups], dtype=np.intp)
    chance = np.random.default_rng(SEED)
    figures = []
    for _ in range(rounds):
        drawn = chance.integers(0, len(index), len(index))
        copies = np.bincount(drawn, minlength=len(index)).astype(np.float64)
        figures.append(statistic(copies[place]))
    known = [figure for figure in figures if not np.isnan(figure)]
    if not known:
        return float("nan"), float("nan")
    low, high = np.percentile(known, [2.5, 97.5])
    return float(low), float(high)
