"""The weighted share of facts that survived.

``R = sum(w · s) / sum(w)``; s is 1 for kept and restated facts and 0 for lost and re-acquired
ones. Pruned facts leave both sums.

Of a large context a fingerprint holds a sample of the facts, and shows a sample of what it holds
in its text. Both are drawn by hash, whatever became of a fact, so the facts that are *shown*
stand for the others: R is theirs, and the interval that of a sample. What is known of the others
besides bounds it: a fact that was found arrived, and one that nobody could have seen may have.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from intact.measure.interval import UNKNOWN, Share, proportion, weighted_mean
from intact.model.facts import LONG_PROSE, PROSE, TYPED, Fact, Flag, Kind, Outcome

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


class Weighed(NamedTuple):
    """A fact, what became of it, and what it counts."""

    fact: Fact
    outcome: Outcome
    weight: float
    shown: bool = True  # the receiver's samples would show it, did the receiver hold it
    stands_for: float = 1.0  # how many facts, itself included, that the sender's sample left out


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


def weigh(
    facts: Sequence[Fact],
    outcomes: Iterable[Outcome],
    shown: Iterable[bool] | None = None,
    stand_for: Iterable[float] | None = None,
) -> list[Weighed]:
    """Facts with what became of them and what they count; tools and prose are capped."""
    items = [
        Weighed(fact, outcome, weight(fact), is_shown, count)
        for fact, outcome, is_shown, count in zip(
            facts,
            outcomes,
            [True] * len(facts) if shown is None else shown,
            [1.0] * len(facts) if stand_for is None else stand_for,
            strict=True,
        )
    ]
    named = [item for item in items if not is_prose(item.fact)]
    own = total_weight(item for item in named if not _of_tool(item.fact))
    tool = total_weight(item for item in named if _of_tool(item.fact))
    prose = total_weight(items) - own - tool
    most = own * TOOL_SHARE / (1 - TOOL_SHARE)
    tool_factor = most / tool if own and tool > most else 1.0
    total = own + tool * tool_factor
    prose_factor = total * PROSE_SHARE / prose if prose > total * PROSE_SHARE else 1.0

    def scaled(item: Weighed) -> Weighed:
        if is_prose(item.fact):
            return item._replace(weight=item.weight * prose_factor)
        return item._replace(weight=item.weight * tool_factor) if _of_tool(item.fact) else item

    return [scaled(item) for item in items]


def hidden_prose(items: Sequence[Weighed], count: int) -> float:
    """The weight of so many sentences that no item stands for, under the cap on prose."""
    named = total_weight(item for item in items if not is_prose(item.fact))
    return min(PROSE_EACH * count, max(0.0, named * PROSE_SHARE - total_weight(items) + named))


def total_weight(items: Iterable[Weighed]) -> float:
    """What facts count together, and those that they stand for."""
    return sum(item.weight * item.stands_for for item in items)


def _of_tool(fact: Fact) -> bool:
    return bool(fact.flags & Flag.TOOL) and not fact.flags & Flag.MUST_KEEP


def retention(items: Iterable[Weighed], hidden: float = 0.0) -> Share:
    """The weighted share that survived, with its 95 % interval.

    Args:
        items: The facts that count.
        hidden: Weight of facts of which not even a sample is there: they widen the interval.

    Facts that were sampled alike are a stratum: its share is that of its shown facts, on as many
    as they are worth (Kish, *Survey Sampling*, 1965: the square of the sum of weights over the
    sum of their squares), and R is the mean of the strata by weight.

    Range 0..1: 1 means that every fact arrived, 0 that none did. Misleads when facts are few:
    look at their number. None when no fact is decided.
    """
    strata: dict[tuple[object, ...], list[Weighed]] = {}
    for item in items:
        if item.outcome is not Outcome.PRUNED:
            strata.setdefault(_stratum(item), []).append(item)
    found = [(total_weight(alike), _share(alike)) for alike in strata.values()]
    found.append((hidden, UNKNOWN))
    share = weighted_mean(found)
    if share.value is not None:
        return share
    # No fact is sure to be shown, some were found anyhow: better than nothing, and no sample.
    decided = [i for alike in strata.values() for i in alike if i.outcome is not Outcome.UNDECIDED]
    total = total_weight(decided)
    if total <= 0:
        return UNKNOWN
    value = total_weight(item for item in decided if item.outcome in SURVIVED) / total
    return Share(value, min(value, share.low), max(value, share.high))


def _stratum(item: Weighed) -> tuple[object, ...]:
    """What facts have in common that are sampled alike.

    Phrases are shown less often than single values, and arrive more often: a long text holds
    their words anyhow.
    """
    fact = item.fact
    phrase = fact.kind is Kind.TEXT and bool(fact.tokens)
    return (fact.kind in LONG_PROSE, phrase, item.stands_for)


def _share(items: Sequence[Weighed]) -> Share:
    """The share of facts that were sampled alike; without a value when none is sure to be shown."""
    total = total_weight(items)
    decided = [item for item in items if item.outcome is not Outcome.UNDECIDED]
    kept = sum(item.weight for item in decided if item.outcome in SURVIVED)
    lost = sum(item.weight for item in decided) - kept
    low, high = kept / total, 1 - lost / total
    shown = [item for item in decided if item.shown]
    weights = sum(item.weight for item in shown)
    if not weights:
        return Share(None, low, high)
    value = sum(item.weight for item in shown if item.outcome in SURVIVED) / weights
    if len(shown) == len(items) and items[0].stands_for == 1.0:
        return Share(value, value, value)
    worth = weights**2 / sum(item.weight**2 for item in shown)
    of = worth * sum(item.stands_for for item in items) / len(shown)
    sample = proportion(value * worth, worth, of)
    value = min(max(value, low), high)
    return Share(value, min(value, max(low, sample.low)), max(value, min(high, sample.high)))
