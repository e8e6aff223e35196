"""What a session shows to a guess.

In: a group of turns and its spans.  Out: a `Clue`: how it began, what it said, which values it has
shown and when.
Left to others: comparing clues (`guess`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from intact.codec.packed import Packed
from intact.model.facts import TYPED, Fact, Flag, Kind
from intact.model.fingerprint import Fingerprint, Sketch
from intact_collector.model.session import Turn
from intact_collector.model.span import ReducedSpan, Role, Side, SpanKey
from intact_collector.sessions.keys import own_spans
from intact_collector.sessions.stitch import Group, by_time

#: Bigrams of an output that nobody says twice by chance.
LONG = 12

#: Kinds of values that rarely belong to two customers.
IDENTIFYING = frozenset({Kind.ID, Kind.EMAIL, Kind.URL, Kind.PHONE})

_ANSWERS = frozenset({Role.AGENT, Role.MODEL, Role.CONTENT})
_TOLD_AT_THE_END = frozenset({Side.OUTPUT, Side.RESULT, Side.UPDATE})

#: Finds an output: an environment, and a value or bigram that stands in it.
Mark = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Said:
    """One output of a turn."""

    time: int
    mark: Mark  # a message that holds all of it holds this
    whole: Packed  # unpacked only for the few messages that hold the mark
    telling: frozenset[int]  # identifying values in it
    long: bool  # nobody says so much twice by chance

    @property
    def bigrams(self) -> Sketch:
        return self.whole.unpack().bigrams


@dataclass(frozen=True, slots=True)
class Asked:
    """The last user message of a turn's first model call: all that a guess may rest on."""

    bigrams: Sketch
    facts: Mapping[int, Fact]  # its typed values
    marks: tuple[Mark, ...]  # of the outputs that it may hold


@dataclass(frozen=True, slots=True)
class Clue:
    """What one group of turns shows."""

    scope: str
    start: int
    opening: SpanKey  # its first turn
    activity: tuple[tuple[int, int, str], ...]  # (start, end, agent) of its turns, in time order
    asked: Asked | None  # how it began; None where it starts no trace, or was named explicitly
    said: tuple[Said, ...] = ()  # its outputs that may be recognised
    facts: Mapping[int, int] = field(default_factory=dict)  # typed value -> when it was first seen


def clue(group: Group, spans: Mapping[SpanKey, ReducedSpan]) -> Clue:
    """Collect what a group shows. Costs one pass over its fingerprints: keep the result."""
    facts: dict[int, int] = {}
    said: list[Said] = []
    for turn in group.turns:
        for span in own_spans(turn, spans):
            for side, packed in span.fingerprints.items():
                fingerprint = packed.unpack()
                time = span.end if side in _TOLD_AT_THE_END else span.start
                for value in _typed(fingerprint):
                    facts[value] = min(time, facts.get(value, time))
                if side is Side.OUTPUT and span.role in _ANSWERS:
                    said.extend(_said(time, packed, group.scope))
    first = group.turns[0]
    return Clue(
        scope=group.scope,
        start=first.start,
        opening=first.key,
        activity=tuple((t.start, t.end, t.agent) for t in sorted(group.turns, key=by_time)),
        asked=_asked(first, spans, group.scope) if first.root and not group.explicit else None,
        said=tuple(said),
        facts=facts,
    )


def _said(time: int, packed: Packed, scope: str) -> Iterator[Said]:
    """An output, unless it is so short and empty of values that it is no evidence."""
    fingerprint = packed.unpack()
    telling = frozenset(_identifying(_typed(fingerprint)))
    bigrams = fingerprint.bigrams.tokens
    long = len(bigrams) >= LONG
    if bigrams and (telling or long):
        yield Said(time, (scope, min(telling or bigrams)), packed, telling, long)


def _asked(turn: Turn, spans: Mapping[SpanKey, ReducedSpan], scope: str) -> Asked | None:
    calls = [span for span in own_spans(turn, spans) if Side.FRESH in span.fingerprints]
    if not calls:
        return None
    first = min(calls, key=lambda span: (span.start, span.end, span.key))
    fresh = first.fingerprints[Side.FRESH].unpack()
    facts = _typed(fresh)
    marks = (*_identifying(facts), *fresh.bigrams.tokens)
    return Asked(fresh.bigrams, facts, tuple((scope, mark) for mark in marks))


def _typed(fingerprint: Fingerprint) -> dict[int, Fact]:
    """The typed values of a context that can tell one session from another, by value id."""
    return {
        fact.value: fact
        for fact in fingerprint.facts
        if fact.kind in TYPED and not fact.flags & Flag.LOW_ENTROPY
    }


def _identifying(facts: Mapping[int, Fact]) -> Iterator[int]:
    return (value for value, fact in facts.items() if fact.kind in IDENTIFYING)
