"""What was worked out before, found again by a key, and forgotten when it takes too much room."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Memory(Generic[K, V]):
    """A dict whose values take at most so many bytes, as far as their sizes are told truly.

    Two halves: what is new, and what is old. When the new half is full it becomes the old one,
    and the old one is forgotten, but for what was asked for meanwhile. So what is in use stays,
    a look-up costs one or two of a dict, and nothing is ever sorted or counted.

    Safe to share between threads without a lock: the worst that a race can do is to forget, and
    forgetting costs time and nothing else.

    >>> memory = Memory[str, int](room=100)
    >>> for letter in "abcdef":
    ...     memory.put(letter, 1, size=20)
    ...     _ = memory.get("a")
    >>> memory.get("a"), memory.get("b")
    (1, None)
    """

    __slots__ = ("_new", "_old", "_room", "_size")

    def __init__(self, room: int) -> None:
        self._room = room // 2
        self._size = 0
        self._new: dict[K, tuple[V, int]] = {}
        self._old: dict[K, tuple[V, int]] = {}

    def get(self, key: K) -> V | None:
        """What was put under a key, if it was not forgotten."""
        known = self._new.get(key)
        if known is None:
            known = self._old.get(key)
            if known is None:
                return None
            self._keep(key, known)
        return known[0]

    def put(self, key: K, value: V, size: int) -> None:
        """Remember a value of about `size` bytes, its key included."""
        if size <= self._room:
            self._keep(key, (value, size))

    def _keep(self, key: K, entry: tuple[V, int]) -> None:
        if self._size + entry[1] > self._room:
            self._old, self._new, self._size = self._new, {}, 0
        self._size += entry[1]
        self._new[key] = entry
