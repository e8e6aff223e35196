"""What a score adds to what is known anyhow: AUC of a grouped, cross-validated logistic model.

The gain is the AUC with the score among the features less the AUC without it, both out of fold.
Folds keep groups whole; features are standardised with the training part's mean and spread.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.truth.auc import Floats

_FOLDS = 5
_PENALTY = 1.0
_STEPS = 25


def out_of_fold(features: Floats, labels: Floats, groups: Sequence[Hashable]) -> Floats:
    """The log-odds that a model fitted on other groups gives each item."""
    index = {group: number for number, group in enumerate(dict.fromkeys(groups))}
    fold = np.array([index[group] % _FOLDS for group in groups])
    odds = np.zeros(len(labels))
    for number in range(_FOLDS):
        held = fold == number
        if not held.any() or held.all():
            continue
        middle = features[~held].mean(axis=0)
        spread = features[~held].std(axis=0)
        spread[spread == 0] = 1.0
        weights = _fit(_with_one((features[~held] - middle) / spread), labels[~held])
        odds[held] = _with_one((features[held] - middle) / spread) @ weights
    return odds


def _fit(features: Floats, labels: Floats) -> Floats:
    """Ridge-penalised maximum likelihood by Newton's method; the constant is not penalised."""
    penalty = np.eye(features.shape[1]) * _PENALTY
    penalty[0, 0] = 0.0
    weights = np.zeros(features.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(features @ weights, -30, 30)))
        slope = features.T @ (labels - chance) - penalty @ weights
        curve = (features.T * (chance * (1 - chance))) @ features + penalty
        # A fold without positives has no maximum: the least-squares step stays finite.
        step = np.linalg.lstsq(curve, slope, rcond=None)[0].astype(np.float64)
        weights = weights + step
        if np.abs(step).max() < 1e-8:
            break
    return weights


def _with_one(features: NDArray[np.float64]) -> Floats:
    return np.column_stack([np.ones(len(features)), features])
