"""Digests of a list's items go in as they are met, its `ListDigest` comes out.

An item's digest says what it holds and not where it stands, so it is made once per item and the
digest of a list costs one multiplication for each.
"""

from __future__ import annotations

from collections.abc import Iterable

from intact.fingerprint.keys import exact_id
from intact.model.lists import EMPTY, PRIME, STEP, ListDigest, longer

#: Ids of so many items are kept, the last ones. A span has room for fewer.
MOST_IDS = 256


class Chain:
    """The items of a list so far."""

    __slots__ = ("_chain", "_ids", "_kept", "_length", "_mark", "_total")

    def __init__(self, items: Iterable[int] = ()) -> None:
        self._ids: list[int] = []  # the last ones, and up to as many before them
        self._kept: list[int] = []  # the chain after each mark
        self._mark = 1  # the next
        self._length = self._total = 0
        self._chain = EMPTY
        for item in items:
            self.add(item)

    def add(self, item: int) -> None:
        """One more item, by its 64-bit digest."""
        own = exact_id(item) % PRIME
        self._chain = longer(self._chain, own)
        self._total += own
        self._length += 1
        self._ids.append(own)
        if len(self._ids) > 2 * MOST_IDS:
            del self._ids[:-MOST_IDS]
        if self._length == self._mark:
            self._kept.append(self._chain)
            self._mark *= STEP

    def copy(self) -> Chain:
        """The same list, to be gone on with apart."""
        other = Chain()
        other._ids, other._kept = self._ids[:], self._kept[:]
        other._mark, other._length, other._total = self._mark, self._length, self._total
        other._chain = self._chain
        return other

    def __len__(self) -> int:
        return self._length

    def digest(self, path: int, messages: bool, name: str) -> ListDigest:
        """What is told of the list. Its chain is kept after `model.lists.marks`."""
        ended_at_mark = bool(self._kept) and self._length * STEP == self._mark
        kept = self._kept[:-1] if ended_at_mark else self._kept
        return ListDigest(
            path=path >> 32,
            length=self._length,
            chain=(*kept, self._chain) if self._length else (),
            ids=tuple(self._ids[-MOST_IDS:]),
            total=self._total % PRIME,
            messages=messages,
            name=name,
        )
