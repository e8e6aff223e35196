"""A fingerprint: what a process tells of a context without revealing it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntFlag

from intact.model.facts import Fact
from intact.model.lists import ListDigest
from intact.model.meaning import Meaning

#: The meaning of the hashes below. A new meaning is a new number; unlike suites never compare.
SUITE = 1

#: One more than the largest 32-bit token hash: a sketch with this threshold holds every token.
COMPLETE = 1 << 32

#: One more than the largest value id: a fact table with this threshold holds every fact.
EVERY_FACT = 1 << 40


class Limit(IntFlag):
    """What was left out of a fingerprint, and why. The numbers are on the wire."""

    NONE = 0
    DEPTH = 1  # nested deeper than is walked
    LEAVES = 2  # more leaves than are walked
    SIZE = 4  # more text than is read
    CYCLE = 8  # a container that holds itself
    OPAQUE = 16  # an object that cannot be read: only its type was taken
    MUTATED = 32  # changed by another thread while it was read
    FACTS = 64  # the fact table was sampled to fit the span
    NAMES = 128  # names were left out to fit the span
    ERROR = 256  # fingerprinting failed; nothing below can be trusted to be complete
    REDACTED = 512  # parts that the user keeps out of every fingerprint were not read


@dataclass(frozen=True, slots=True)
class Sketch:
    """A bottom-k sample of 32-bit token hashes: all tokens below ``threshold``.

    ``threshold == COMPLETE`` means that nothing was left out. ``total`` is the number of
    distinct tokens before sampling. ``tokens`` are without their lowest ``shift`` bits, of which
    the threshold has none: then a token that is not there may be taken for one that is.
    """

    tokens: frozenset[int] = frozenset()
    threshold: int = COMPLETE
    total: int = 0
    shift: int = 0

    @property
    def complete(self) -> bool:
        return self.threshold >= COMPLETE

    def holds(self, token: int) -> bool:
        """Whether a token of 32 bits is there."""
        return token >> self.shift in self.tokens


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Facts and prose of one context, hashed under one key.

    ``facts`` are ordered as they stood, keys of a dict by name. When ``fact_threshold`` is below
    ``2**40`` the table was sampled: it holds the must-keep facts and those others whose value id
    lies below it. Sentences and long texts that nobody declared have a threshold of their own,
    ``prose_threshold``, and a total that is 0 while none of them is missing. ``words`` and
    ``bigrams`` are samples of the tokens of all text, by which values are found inside prompts
    and prose retention is measured.
    """

    key_id: bytes  # 4 bytes that identify the key, not the key
    root: int  # 64 bits: equal contexts have equal roots
    facts: tuple[Fact, ...] = ()
    fact_total: int = 0
    fact_threshold: int = EVERY_FACT
    prose_total: int = 0
    prose_threshold: int = EVERY_FACT
    words: Sketch = field(default_factory=Sketch)
    bigrams: Sketch = field(default_factory=Sketch)
    lists: tuple[ListDigest, ...] = ()  # that stand in no other list; the main history first
    pruned: tuple[tuple[str, str], ...] = ()  # (path, reason) declared as dropped on purpose
    absent: tuple[str, ...] = ()  # must-keep paths that had no value in this context
    limits: Limit = Limit.NONE
    size: int = 0  # bytes of the context as compact JSON, for payload size; 0 unknown
    meaning: Meaning | None = None  # where an embedder is set, and as far as there is room
    suite: int = SUITE

    @property
    def sampled(self) -> bool:
        """Whether facts other than prose were left out of the table for want of room."""
        return self.fact_threshold < EVERY_FACT
