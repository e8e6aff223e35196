"""The goals that the measure is held to, each with its floor, its must and its aim.

A goal is met when its figure is at least ``must`` (at most, where lower is better). The floor is
what a simple baseline without any fingerprint reaches on the same data; goals without a must are
published with their interval, whatever it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal. Numbers are None where nothing is asked for or no baseline is known."""

    id: str
    title: str
    must: float | None = None
    aim: float | None = None
    floor: float | None = None
    lower_is_better: bool = False

    def met(self, value: float | None) -> bool | None:
        """Whether a figure meets the must; None where there is none, or no figure."""
        if self.must is None or value is None:
            return None
        return value <= self.must if self.lower_is_better else value >= self.must


_ALL = (
    Goal("V1", "fact kept or lost, AUC", 0.96, 0.99, 0.932),
    Goal("V2", "fact restated or absent, AUC", 0.91, 0.98, 0.924),
    Goal("V3", "fact restated or altered, AUC", 0.85, 0.92, 0.65),
    Goal("V4", "error of retention per handoff", 0.06, 0.04, 0.113, True),
    Goal("V5.retention", "must-carry facts found, nothing lost", 0.98, 1.0),
    Goal("V5.error", "error of retention, injected loss", 0.02, 0.005, None, True),
    Goal("V5.f1", "lost facts named, F1", 0.95, 0.99),
    Goal("V6", "fact kept by human majority, AUC", 0.80, 0.85, 0.817),
    Goal("V7.pooled", "Spearman with human retention", 0.51, 0.60, 0.53),
    Goal("V7.within", "the same within a document", 0.50, 0.58, 0.52),
    Goal("V8.sts", "sentence said otherwise, AUC", 0.81, 0.91, 0.82),
    Goal("V8.sgdx", "description said otherwise, AUC", 0.81, 0.88, 0.82),
    Goal("V9", "bad manager's brief, AUC", None, 0.85, 0.64),
    Goal("V10.steps", "mistaken step, gain of AUC", None, 0.03, 0.0),
    Goal("V10.spans", "span with an error, gain of AUC", None, 0.03, 0.0),
    Goal("V11.traces", "traces read exactly", 1.0, 1.0),
    Goal("V11.handoffs", "handoffs found exactly", 1.0, 1.0),
)
GOALS: Final[Mapping[str, Goal]] = {goal.id: goal for goal in _ALL}
