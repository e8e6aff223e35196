"""The judgement on one handoff.

``lost``: a must-keep fact is gone, or less than half of the named facts arrived and the whole
interval says so. ``degraded``: a named fact is gone, or less than nine tenths arrived.
``intact``: else. Prose alone decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from intact.measure.interval import Share
from intact.measure.retention import Weighed, is_prose
from intact.model.facts import LOSSES, Flag
from intact.model.measurement import Verdict


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where the verdicts change. Retention of named facts, 0..1."""

    lost: float = 0.5
    degraded: float = 0.9


def judge(items: Iterable[Weighed], named: Share, thresholds: Thresholds) -> Verdict:
    """The verdict on weighed facts, given the retention of the named ones.

    >>> judge([], Share(1.0, 1.0, 1.0), Thresholds())
    <Verdict.INTACT: 'intact'>
    """
    if named.value is None:
        return Verdict.NOT_MEASURED
    lost = [item.fact for item in items if item.outcome in LOSSES]
    if any(fact.flags & Flag.MUST_KEEP for fact in lost):
        return Verdict.LOST
    if named.value < thresholds.lost and named.high < thresholds.lost:
        return Verdict.LOST
    if any(not is_prose(fact) for fact in lost) or named.value < thresholds.degraded:
        return Verdict.DEGRADED
    return Verdict.INTACT
