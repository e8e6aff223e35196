"""A list as digests: enough to tell one that grew from one that was cut, reordered or rewritten.

An *item id* is 24 bits of the keyed hash of an item's content, wherever the item stands. A
*chain* is a digest of the first n ids in their order, modulo the prime P: ``chain(0) = 1`` and
``chain(n) = chain(n - 1) * B + id(n)``. It can be taken back, ``chain(n - 1) = (chain(n) - id(n)) /
B``, so the ids of the last items tell the chains before them as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

#: The largest prime of 24 bits, and a primitive root of it: its powers are all residues.
PRIME: Final = (1 << 24) - 3
BASE: Final = 10_368_892
_BACK: Final = pow(BASE, -1, PRIME)

#: The chain of no items.
EMPTY: Final = 1

#: So many lists of one context are kept.
MOST_LISTS: Final = 8

#: Chains are kept after 1, 4, 16, 64, … items and after all.
STEP: Final = 4


class ListDigest(NamedTuple):
    """A list of a context that stands in no other list, without its system messages."""

    path: int  # 32 bits: keyed hash of the path to the list
    length: int  # items
    chain: tuple[int, ...]  # after 1, 4, 16, … items and after all of them
    ids: tuple[int, ...]  # of the last items, in order: of all of them where there was room
    total: int  # the sum of all ids modulo P: the same in any order
    messages: bool = False  # a conversation
    name: str = ""  # "items", "state.messages"; "" at the root or where it must not show

    @property
    def complete(self) -> bool:
        """Whether the ids of all items are here."""
        return len(self.ids) == self.length

    @property
    def whole(self) -> int:
        """The chain after all items."""
        return self.chain[-1] if self.chain else EMPTY

    def chains(self) -> dict[int, int]:
        """The chain after n items, for every n that can be known. Costs one step per id."""
        known = {0: EMPTY, **dict(zip(marks(self.length), self.chain, strict=True))}
        chain = self.whole
        for back, item in enumerate(reversed(self.ids), start=1):
            chain = (chain - item) * _BACK % PRIME
            known[self.length - back] = chain
        return known


def longer(chain: int, item: int) -> int:
    """The chain with one more item."""
    return (chain * BASE + item) % PRIME


def telling_first(lists: Iterable[ListDigest]) -> tuple[ListDigest, ...]:
    """Conversations first, then by length, then as they stood: the first is the main history."""
    return tuple(sorted(lists, key=lambda one: (not one.messages, -one.length)))


def marks(length: int) -> list[int]:
    """After how many items the chain of a list is kept.

    >>> marks(12), marks(16), marks(0)
    ([1, 4, 12], [1, 4, 16], [])
    """
    kept, at = [], 1
    while at < length:
        kept.append(at)
        at *= STEP
    return [*kept, length] if length else []
