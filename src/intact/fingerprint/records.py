"""What a string says, in hashes: the record that is kept of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from intact.model.facts import Kind

#: At most this many hashes are kept of one fact, to find it inside a text.
MOST_TOKENS = 8
#: A sentence has so many bigrams besides: its words alone are in many a long prompt.
MOST_PAIRS = 4


class Found(NamedTuple):
    """A typed value or a sentence of a text, as a fact without a place."""

    kind: Kind
    value: int  # 40 bits
    exact: int  # 24 bits
    flags: int  # that it brings along
    tokens: tuple[int, ...]  # 32 bits each: what else to search a text for
    name: str  # behind that of the text: "/amount[0]"


class Utterance(NamedTuple):
    """One sentence or phrase in words, for an embedder: nothing of this is remembered."""

    text: str
    values: tuple[int, ...]  # 32-bit tokens of the typed values in it, `MOST_VALUES` at most
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
    """What a string says, in hashes. Tuples where sets are meant: they take a fifth of the room."""

    words: tuple[int, ...]  # 32-bit token ids, each once: words, typed values, key-value pairs
    bigrams: tuple[int, ...]  # 32-bit ids of adjacent content words, each once
    found: tuple[Found, ...]  # typed values that tell something, then sentences
    values: int  # how many of them are typed values
    numbers: Mapping[Kind, int]  # how many of each kind
    length: int  # words in all
    ends: tuple[int, ...]  # the two words and the bigram that it begins with, the last bigram
    hashed: int  # 64-bit hash of the string as it is
    leaf: Leaf | None  # None for a text too long to be one fact
    days: tuple[tuple[str, int], ...] = ()  # (token of the day, value) of its dates
    today: str = ""  # the token of the date that it says today is

    def room(self) -> int:
        """About how many bytes of memory it takes; ids of words are shared with other records."""
        return 600 + 16 * len(self.words) + 40 * len(self.bigrams) + 400 * len(self.found)


@lru_cache(maxsize=4096)
def numbered(kind: Kind, number: int) -> str:
    """The name of the n-th fact of a kind, behind the name of its text."""
    return f"/{kind.label}[{number}]"
