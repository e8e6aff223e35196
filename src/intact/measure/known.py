"""What a sender knew: several contexts of one agent go in, in time order; one comes out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from intact.model.facts import Fact, Flag, Kind
from intact.model.fingerprint import Fingerprint


def known_side(
    whole: Fingerprint, sides: Sequence[Fingerprint], must_keep: Sequence[Fact] = ()
) -> Fingerprint:
    """What the sender knew: the union of its contexts, later values superseding earlier ones.

    ``whole`` is that union; ``sides`` are the contexts, in time order.

    A later value at one path of the agent's own state is an update by the agent, so the earlier
    value is no longer known, unless it is must-keep: that it changed is then the finding. A value
    that the agent moved to another path is known there. Facts of system instructions are not the
    agent's to hand over.
    """
    declared = {fact.value for fact in must_keep}
    declared_paths = {fact.path: fact.name for fact in must_keep if fact.flags & Flag.STATE}
    replaced = superseded(sides)
    copies = moved(sides, whole)
    places = {
        fact.value: _last_places(sides, fact.value) for fact in whole.facts if copies[fact.value]
    }
    named = _named_better(whole.facts)
    facts = []
    for fact in whole.facts:
        if fact.flags & Flag.SYSTEM:
            continue
        if not fact.flags & Flag.STATE and named(fact):
            continue
        if fact.value in declared or (fact.flags & Flag.STATE and fact.path in declared_paths):
            fact = fact._replace(
                flags=fact.flags | Flag.MUST_KEEP | Flag.DECLARED,
                name=fact.name or declared_paths.get(fact.path, ""),
            )
        if fact.flags & Flag.STATE and not fact.flags & Flag.MUST_KEEP:
            if (fact.path, fact.value) in replaced:
                continue
            if copies[fact.value] and fact.path not in places[fact.value]:
                continue  # the agent itself moved it: it is known where it stands now
        facts.append(fact)
    return replace(whole, facts=tuple(facts))


def superseded(sides: Sequence[Fingerprint]) -> set[tuple[int, int]]:
    """The (path, value)s of the state that the agent itself replaced by others.

    Of a list several values stand at one path: what went without anything in its place was left
    out, and is still known.
    """
    current: dict[int, set[int]] = {}
    replaced: set[tuple[int, int]] = set()
    for side in sides:
        here: dict[int, set[int]] = {}
        for fact in side.facts:
            if fact.flags & Flag.STATE:
                here.setdefault(fact.path, set()).add(fact.value)
        for path, values in here.items():
            before = current.get(path, set())
            gone = before - values
            if len(values - before) >= len(gone):
                replaced.update((path, value) for value in gone)
                current[path] = values
            else:
                current[path] = before | values
            replaced.difference_update((path, value) for value in values)
    return replaced


def _named_better(facts: Sequence[Fact]) -> Callable[[Fact], bool]:
    """Tells facts found in texts that say the value of another fact, under a better name.

    That is a leaf of the state with the same value; and of ``$129.90`` and ``129.90``, which are
    one value unless somebody names another currency, the leaf of the state, else the one with the
    currency.
    """
    state = {fact.value for fact in facts if fact.flags & Flag.STATE}
    numbers = {value >> 8 for value in state}
    amounts = {token for fact in facts if fact.kind is Kind.AMOUNT for token in fact.tokens}

    def named(fact: Fact) -> bool:
        if fact.value in state:
            return True
        if fact.kind is Kind.AMOUNT:
            return any(token in numbers for token in fact.tokens)
        return fact.kind is Kind.NUMBER and fact.value >> 8 in amounts

    return named


def _last_places(sides: Sequence[Fingerprint], value: int) -> set[int]:
    """The paths at which a value of the state stood last."""
    for side in reversed(sides):
        paths = {f.path for f in side.facts if f.value == value and f.flags & Flag.STATE}
        if paths:
            return paths
    return set()


def moved(sides: Sequence[Fingerprint], known: Fingerprint) -> Counter[int]:
    """Values that the sender moved from one path to another, and so knows at both."""
    at_once: Counter[int] = Counter()
    for side in sides:
        at_once |= Counter(fact.value for fact in side.facts if fact.flags & Flag.STATE)
    return Counter(fact.value for fact in known.facts if fact.flags & Flag.STATE) - at_once
