"""The weighted share of facts that survived.

``R = sum(w · s) / sum(w)`` over the facts whose outcome is decided; s is 1 for kept and restated
facts and 0 for lost and re-acquired ones. Pruned facts leave both sums. Undecided facts leave
both and widen the interval: its bounds take them all as lost and all as kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from intact.measure.containment import UNKNOWN, Share, proportion
from intact.model.facts import PROSE, TYPED, Fact, Flag, Outcome

#: Weights are judgement, not measurement: what people would miss first weighs more.
MUST_KEEP = 3.0
PRECISE = 2.0  # typed values
DECLARED = 2.0
PLAIN = 1.0
LOW_ENTROPY = 0.5
PROSE_EACH = 0.1

#: A tool may talk a lot: its facts never weigh more than everything else together.
TOOL_SHARE = 0.5
#: Prose, all of it, never weighs more than this part of the named facts.
PROSE_SHARE = 0.2

SURVIVED = frozenset({Outcome.KEPT, Outcome.RESTATED})
_OUT = frozenset({Outcome.PRUNED, Outcome.UNDECIDED})


class Weighed(NamedTuple):
    """A fact, what became of it, and what it counts."""

    fact: Fact
    outcome: Outcome
    weight: float


def is_prose(fact: Fact) -> bool:
    """Prose never decides a verdict alone, unless it was declared must-keep."""
    return fact.kind in PROSE and not fact.flags & Flag.MUST_KEEP


def weight(fact: Fact) -> float:
    """What a fact counts before caps."""
    if fact.flags & Flag.MUST_KEEP:
        return MUST_KEEP
    if fact.kind in PROSE:
        return PROSE_EACH
    if fact.flags & Flag.DECLARED:
        return DECLARED
    if fact.flags & Flag.LOW_ENTROPY:
        return LOW_ENTROPY
    return PRECISE if fact.kind in TYPED else PLAIN


def weigh(facts: Iterable[Fact], outcomes: Iterable[Outcome]) -> list[Weighed]:
    """Pair facts with outcomes and weights; the caps on tools and prose are applied."""
    items = [
        Weighed(fact, outcome, weight(fact)) for fact, outcome in zip(facts, outcomes, strict=True)
    ]
    named = [item for item in items if not is_prose(item.fact)]
    own = sum(item.weight for item in named if not _of_tool(item.fact))
    tool = sum(item.weight for item in named if _of_tool(item.fact))
    prose = sum(item.weight for item in items) - own - tool
    most = own * TOOL_SHARE / (1 - TOOL_SHARE)
    tool_factor = most / tool if own and tool > most else 1.0
    total = own + tool * tool_factor
    prose_factor = total * PROSE_SHARE / prose if prose > total * PROSE_SHARE else 1.0

    def scaled(item: Weighed) -> Weighed:
        if is_prose(item.fact):
            return item._replace(weight=item.weight * prose_factor)
        return item._replace(weight=item.weight * tool_factor) if _of_tool(item.fact) else item

    return [scaled(item) for item in items]


def _of_tool(fact: Fact) -> bool:
    return bool(fact.flags & Flag.TOOL) and not fact.flags & Flag.MUST_KEEP


def retention(items: Iterable[Weighed], sampled_from: int = 0) -> Share:
    """The weighted share that survived, with its 95 % interval.

    Args:
        items: The facts that count.
        sampled_from: How many facts there were, when `items` are a sample of them; 0 when they
            are all. The interval then is Wilson's on the effective number of facts.

    Range 0..1: 1 means that every decided fact arrived, 0 that none did. Misleads when facts are
    few: look at their number. None when no fact is decided.
    """
    counted = [item for item in items if item.outcome is not Outcome.PRUNED]
    decided = [item for item in counted if item.outcome not in _OUT]
    total = sum(item.weight for item in decided)
    open_weight = sum(item.weight for item in counted) - total
    if total <= 0:
        return UNKNOWN
    kept = sum(item.weight for item in decided if item.outcome in SURVIVED)
    share = kept / total
    low = kept / (total + open_weight)
    high = (kept + open_weight) / (total + open_weight)
    if sampled_from > len(counted):
        effective = total**2 / sum(item.weight**2 for item in decided)
        sample = proportion(share * effective, effective, effective * sampled_from / len(counted))
        low, high = min(low, sample.low), max(high, sample.high)
    return Share(share, min(low, share), max(high, share))
