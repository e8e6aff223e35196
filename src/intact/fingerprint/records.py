"""What a string says, in hashes: the record that is kept of it."""

from __future__ import annotations

from typing import NamedTuple

from intact.model.facts import Kind

#: At most this many hashes are kept of one fact, to find it inside a text.
MOST_TOKENS = 8
#: A sentence has so many bigrams besides: its words alone are in many a long prompt.
MOST_PAIRS = 4


class TypedValue(NamedTuple):
    """One typed value of a text, hashed."""

    kind: Kind
    value: int  # 40 bits
    exact: int  # 24 bits
    said: tuple[int, ...]  # 32 bits each: what a text that holds it says besides
    tokens: tuple[int, ...]  # 32 bits each: what else to search a text for
    negated: bool
    telling: bool
    day: str = ""  # the token of the day, of a date or a date-time


class Sentence(NamedTuple):
    """One sentence, by stems of its words and the smallest of its bigrams.

    The last half of the tokens, rounded down and at most `MOST_PAIRS`, are the bigrams: of a
    sentence of n different stems there are never fewer than n - 1.
    """

    value: int
    tokens: tuple[int, ...]
    negated: bool


class Leaf(NamedTuple):
    """What a short string is when it stands alone under a key."""

    hashed: int  # 64 bits; of the typed value, when the string is one
    exact: int
    kind: Kind
    token: str  # what is hashed together with the key when the value alone tells nothing
    telling: bool
    negated: bool
    tokens: tuple[int, ...]  # 32 bits each: what else to search a text for


class TextRecord(NamedTuple):
    """What a string says, in hashes."""

    words: frozenset[int]  # 32-bit token ids: words, typed values, key-value pairs
    bigrams: frozenset[int]  # 32-bit ids of adjacent content words
    typed: tuple[TypedValue, ...]
    sentences: tuple[Sentence, ...]
    length: int  # words in all
    content: tuple[int, ...]  # token ids of the first content words, in order
    hashed: int  # 64-bit hash of the string as it is
    leaf: Leaf | None  # None for a text too long to be one fact
    today: str = ""  # the token of the date that it says today is
