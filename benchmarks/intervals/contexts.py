"""Invented handoffs of a given size, as fingerprints before anything had to leave.

In: a number of tokens, the share of it that arrives, how much else the receiver was given.  Out:
what the sender knew and what was received. The hashes are drawn at random, as keyed hashes of
texts would be; the make-up is that of a support case: leaves of a state, sentences of words that
some texts use often, a typed value in some of them. Fingerprinting texts of 100,000 tokens a
hundred times over would measure nothing else.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

from intact.model.facts import Fact, Flag, Kind
from intact.model.fingerprint import COMPLETE, Fingerprint, Sketch

_KEY_ID: Final = b"\x00\x00\x00\x01"
_VOCABULARY: Final = 20_000
#: Words of a sentence that count: stop words are left out of stems and bigrams.
_SHORTEST, _LONGEST = 4, 12
_STEMS, _PAIRS = 8, 4
#: One leaf of the state for so many tokens of text.
_TOKENS_PER_LEAF: Final = 15
#: More facts than these are sampled anyhow.
_MOST_LEAVES: Final = 400
_PATHS: Final = 12
_VALUE_IN_SENTENCE: Final = 0.4
_KINDS: Final = (Kind.ID, Kind.NUMBER, Kind.DATE, Kind.AMOUNT, Kind.TEXT, Kind.BOOLEAN)


class Part(NamedTuple):
    """What stands or falls together: a leaf, or a sentence with the values in it."""

    facts: tuple[Fact, ...]
    words: frozenset[int]
    bigrams: frozenset[int]


class Handoff(NamedTuple):
    """Both sides, before anything had to leave."""

    known: Fingerprint
    received: Fingerprint


class World:
    """A vocabulary and a source of chance."""

    def __init__(self, seed: object) -> None:
        self._random = random.Random(str(seed))
        self._words = [self._random.getrandbits(32) for _ in range(_VOCABULARY)]
        self._often = list(accumulate(1 / rank for rank in range(1, _VOCABULARY + 1)))
        self._mixer = self._random.getrandbits(64) | 1

    def handoff(self, tokens: int, arrives: float, extra: float) -> Handoff:
        """A context of about so many tokens, and what somebody received of it, and besides."""
        own = self._parts(tokens)
        kept = [part for part in own if self._random.random() < arrives]
        received = kept + self._parts(round(tokens * extra))
        self._random.shuffle(received)
        return Handoff(_fingerprint(own), _fingerprint(received))

    def bigrams(self, tokens: int, arrives: float, extra: float) -> Handoff:
        """The same of bigrams alone, beside words and as many facts as could matter."""
        facts = [
            fact for _ in range(min(tokens // _TOKENS_PER_LEAF, 400)) for fact in self._leaf().facts
        ]
        draw = self._random.sample
        own = draw(range(COMPLETE), tokens)
        kept = [token for token in own if self._random.random() < arrives]
        other = draw(range(COMPLETE), round(tokens * extra))
        words = draw(range(COMPLETE), tokens)

        def side(bigrams: list[int]) -> Fingerprint:
            return Fingerprint(
                key_id=_KEY_ID,
                root=0,
                facts=tuple(facts),
                fact_total=len(facts),
                words=Sketch(frozenset(words), total=len(words)),
                bigrams=Sketch(frozenset(bigrams), total=len(set(bigrams))),
            )

        return Handoff(side(own), side(kept + other))

    def _parts(self, tokens: int) -> list[Part]:
        parts: list[Part] = []
        left = tokens
        while left > 0:
            leaf = self._random.random() < _LONGEST / 1.5 / _TOKENS_PER_LEAF
            part = self._leaf() if leaf else self._sentence()
            parts.append(part)
            left -= len(part.words)
        return parts

    def _leaf(self) -> Part:
        kind = self._random.choice(_KINDS)
        field = self._random.randrange(_PATHS)
        value = self._random.getrandbits(40)
        words = (value >> 8,)
        flags, tokens = Flag.STATE, ()
        if kind is Kind.TEXT:
            words = tuple(self._draw(self._random.randint(2, 4)))
            tokens = tuple(dict.fromkeys(words))
        elif kind is Kind.BOOLEAN:  # one of two at each path: means something with its key alone
            flags |= Flag.LOW_ENTROPY
            value = self._mix(field, self._random.getrandbits(1)) >> 24
            words = (value >> 8,)
        fact = Fact(field, value, value >> 16, kind, flags, 1, tokens, f"order.items[].key_{field}")
        return Part((fact,), frozenset(words), frozenset())

    def _sentence(self) -> Part:
        words = self._draw(self._random.randint(_SHORTEST, _LONGEST))
        facts = []
        if self._random.random() < _VALUE_IN_SENTENCE:
            value = self._random.getrandbits(40)
            words.append(value >> 8)
            facts.append(Fact(99, value, value >> 16, Kind.AMOUNT, name="user[]/amount"))
        bigrams = frozenset(self._mix(*pair) >> 32 for pair in pairwise(words))
        stems = tuple(dict.fromkeys(words))[:_STEMS]
        pairs = sorted(bigrams)[: min(_PAIRS, len(stems))]
        value = 0
        for word in words:
            value = self._mix(value, word)
        sentence = Fact(99, value >> 24, value >> 40, Kind.SENTENCE, 0, 1, (*stems, *pairs))
        facts.append(sentence._replace(name="user[]/sentence"))
        return Part(tuple(facts), frozenset(words), bigrams)

    def _draw(self, count: int) -> list[int]:
        return self._random.choices(self._words, cum_weights=self._often, k=count)

    def _mix(self, left: int, right: int) -> int:
        mixed = ((left + 1) * self._mixer ^ (right + 1) * 0x9E3779B97F4A7C15) & (1 << 64) - 1
        mixed = (mixed ^ mixed >> 31) * 0xBF58476D1CE4E5B9 & (1 << 64) - 1
        return mixed ^ mixed >> 29


def _fingerprint(parts: Sequence[Part]) -> Fingerprint:
    facts: dict[tuple[int, int], Fact] = {}
    for part in parts:
        for fact in part.facts:
            identity = (fact.path if fact.flags & Flag.STATE else -1, fact.value)
            facts.setdefault(identity, fact)
    words = frozenset().union(*(part.words for part in parts))
    bigrams = frozenset().union(*(part.bigrams for part in parts))
    return Fingerprint(
        key_id=_KEY_ID,
        root=hash(frozenset(facts)) & (1 << 64) - 1,
        facts=tuple(facts.values()),
        fact_total=len(facts),
        words=Sketch(words, total=len(words)),
        bigrams=Sketch(bigrams, total=len(bigrams)),
        size=sum(6 * len(part.words) for part in parts),
    )
