"""What several contexts of one agent hold together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import reduce

from intact.model.facts import LONG_PROSE, Fact, Flag, under
from intact.model.fingerprint import COMPLETE, Fingerprint, Limit, Sketch
from intact.model.lists import ListDigest, telling_first
from intact.model.measurement import Reason


class IncomparableError(ValueError):
    """Two fingerprints do not speak of the same hashes; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(f"fingerprints cannot be compared: {reason}")
        self.reason = reason


def check_comparable(first: Fingerprint, second: Fingerprint) -> None:
    """Refuse fingerprints whose hashes mean different things.

    Raises:
        IncomparableError: If the two were made under different keys or suites.
    """
    if first.suite != second.suite:
        raise IncomparableError(Reason.UNKNOWN_SUITE)
    if first.key_id != second.key_id:
        raise IncomparableError(Reason.FOREIGN_KEY)


def union(fingerprints: Iterable[Fingerprint]) -> Fingerprint:
    """Everything that any of the contexts holds, each fact once.

    Leaves of a state are told apart by path and value, all other facts by value: a message that
    every model call sends again counts once. The order of first appearance stays. A sample
    stays a sample: its threshold is the lowest of all, so that it is still exact below it.

    Raises:
        IncomparableError: If the fingerprints were made under different keys or suites.
        ValueError: If there is none.
    """
    sides = list(fingerprints)
    if not sides:
        raise ValueError("nothing to unite")
    return sides[0] if len(sides) == 1 else reduce(_unite, sides)


def identity(fact: Fact) -> tuple[int, int]:
    """What makes two facts the same fact."""
    return (fact.path, fact.value) if fact.flags & Flag.STATE else (-1, fact.value)


def _unite(first: Fingerprint, second: Fingerprint) -> Fingerprint:
    check_comparable(first, second)
    facts = {identity(fact): fact for fact in first.facts}
    for fact in second.facts:
        known = facts.setdefault(identity(fact), fact)
        if known is not fact:
            facts[identity(fact)] = _merge(known, fact)
    names = {fact.name for fact in facts.values() if fact.flags & Flag.DECLARED}
    threshold = min(first.fact_threshold, second.fact_threshold)
    prose_threshold = min(first.prose_threshold, second.prose_threshold)
    kept = tuple(
        fact
        for fact in facts.values()
        if fact.flags & Flag.MUST_KEEP
        or fact.value < (prose_threshold if fact.kind in LONG_PROSE else threshold)
    )
    return replace(
        first,
        root=first.root if first.root == second.root else 0,
        facts=kept,
        fact_total=max(len(facts), first.fact_total, second.fact_total),
        fact_threshold=threshold,
        prose_total=max(first.prose_total, second.prose_total),
        prose_threshold=prose_threshold,
        words=_unite_sketches(first.words, second.words),
        bigrams=_unite_sketches(first.bigrams, second.bigrams),
        lists=_unite_lists(first.lists, second.lists),
        pruned=tuple(dict.fromkeys((*first.pruned, *second.pruned))),
        absent=tuple(
            path
            for path in dict.fromkeys((*first.absent, *second.absent))
            if not any(under(name, path) for name in names)
        ),
        limits=Limit(first.limits | second.limits),
        size=max(first.size, second.size),
    )


def _merge(known: Fact, again: Fact) -> Fact:
    declared = Flag.MUST_KEEP | Flag.DECLARED
    if not known.flags & Flag.DECLARED and again.flags & Flag.DECLARED:
        known = known._replace(name=again.name or known.name)
    flags = known.flags | (again.flags & (declared | Flag.PRUNED))
    if not again.flags & Flag.SYSTEM:
        flags &= ~Flag.SYSTEM
    if not again.flags & Flag.TOOL:
        flags &= ~Flag.TOOL  # said elsewhere too: no longer a tool's word alone
    return known._replace(
        flags=flags, count=max(known.count, again.count), name=known.name or again.name
    )


def _unite_lists(
    first: tuple[ListDigest, ...], second: tuple[ListDigest, ...]
) -> tuple[ListDigest, ...]:
    """Of two lists at one path the longer one, of equally long ones the later."""
    longest = {one.path: one for one in first}
    for one in second:
        known = longest.get(one.path)
        if known is None or one.length >= known.length:
            longest[one.path] = one
    return telling_first(longest.values())


def _unite_sketches(first: Sketch, second: Sketch) -> Sketch:
    shift = max(first.shift, second.shift)
    threshold = min(first.threshold, second.threshold) >> shift << shift
    tokens = frozenset(
        [
            token >> (shift - side.shift)
            for side in (first, second)
            for token in side.tokens
            if token << side.shift < threshold
        ]
    )
    total = len(tokens)
    if threshold < COMPLETE:
        seen = round(total * COMPLETE / threshold) if threshold else 0
        total = max(first.total, second.total, seen)
    elif shift:
        total = max(first.total, second.total, total)
    return Sketch(tokens, threshold, total, shift)
