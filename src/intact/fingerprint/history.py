"""What was read of conversations, so that each message of a history is read once.

A conversation grows at its end, and each agent is given all of it again. What a walk made of its
first blocks is remembered by their digest, and the next walk goes on from there.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from intact.fingerprint.budget import Spent
from intact.fingerprint.lists import Chain
from intact.fingerprint.memory import Memory
from intact.fingerprint.table import FactTable
from intact.model.fingerprint import Limit

_ROOM = 24 << 20  # bytes
_ROOM_MET = 1 << 20
_DIGEST = 200  # bytes that remembering one takes
_ITEM = 100  # bytes that one costs besides its facts
#: A beginning of which something was left out depends on what was read before it.
_NOT_ALONE = Limit.LEAVES | Limit.SIZE | Limit.ERROR | Limit.MUTATED


@dataclass(slots=True)
class Reading:
    """How far a conversation was read."""

    items: int = 0
    messages: int = 0  # of the items, those that say something
    cut: bool = False  # by a limit of the walk
    chain: Chain = field(default_factory=Chain)  # of messages that are no system instructions
    names: dict[str, str] = field(default_factory=dict)  # of tools, by the id of a call

    def copy(self) -> Reading:
        """The same, to be gone on with apart."""
        return replace(self, chain=self.chain.copy(), names=dict(self.names))


class History(NamedTuple):
    """The beginning of a conversation as it was read. Shared between walks: never changed."""

    table: FactTable
    reading: Reading
    spent: Spent


class Histories:
    """Beginnings of conversations, by the digest of their items and where they stood.

    Only what came before is kept: many a context is a window of a conversation, whose beginning
    never comes again.
    """

    def __init__(self) -> None:
        self._memory: Memory[tuple[bytes, Hashable], History] = Memory(_ROOM)
        self._met: Memory[bytes, bool] = Memory(_ROOM_MET)

    def met(self, chain: Sequence[bytes]) -> bool:
        """Whether one of these beginnings came before; from now on, all of them did."""
        if any(map(self._met.get, reversed(chain))):
            return True
        for told in chain:
            self._met.put(told, True, _DIGEST)
        return False

    def longest(self, chain: Sequence[bytes], where: Hashable) -> History | None:
        """The longest beginning that is known of those with these digests."""
        for told in reversed(chain):
            known = self._memory.get((told, where))
            if known is not None:
                return known
        return None

    def add(self, told: bytes, where: Hashable, history: History) -> None:
        """Remember a beginning by its digest, if it says what it would say anywhere."""
        if not history.spent.limit & _NOT_ALONE:
            size = history.table.room() + _ITEM * history.reading.items
            self._memory.put((told, where), history, size)
