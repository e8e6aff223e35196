"""An immutable mapping whose changed copies share what did not change.

A step touches a few of many thousand open traces. A plain dict would be copied whole for that;
this one is cut into shards, of which a `Draft` copies only those that it writes to.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_SHARDS = 64


class Table(Generic[K, V]):
    """Read-only. Iteration order means nothing: sort where it matters."""

    __slots__ = ("_shards",)

    def __init__(self, shards: tuple[dict[K, V], ...] | None = None) -> None:
        self._shards = shards or tuple({} for _ in range(_SHARDS))

    def get(self, key: K) -> V | None:
        return self._shards[hash(key) % _SHARDS].get(key)

    def __getitem__(self, key: K) -> V:
        return self._shards[hash(key) % _SHARDS][key]

    def __contains__(self, key: K) -> bool:
        return key in self._shards[hash(key) % _SHARDS]

    def __len__(self) -> int:
        return sum(map(len, self._shards))

    def __iter__(self) -> Iterator[K]:
        for shard in self._shards:
            yield from shard

    def items(self) -> Iterator[tuple[K, V]]:
        for shard in self._shards:
            yield from shard.items()

    def values(self) -> Iterator[V]:
        for shard in self._shards:
            yield from shard.values()

    def draft(self) -> Draft[K, V]:
        """A changeable view of this table, which itself stays as it is."""
        return Draft(self._shards)


class Draft(Generic[K, V]):
    """A table being changed by one owner; `done` ends it."""

    __slots__ = ("_copied", "_shards")

    def __init__(self, shards: tuple[dict[K, V], ...]) -> None:
        self._shards = list(shards)
        self._copied: set[int] = set()

    def get(self, key: K) -> V | None:
        return self._shards[hash(key) % _SHARDS].get(key)

    def __getitem__(self, key: K) -> V:
        return self._shards[hash(key) % _SHARDS][key]

    def __contains__(self, key: K) -> bool:
        return key in self._shards[hash(key) % _SHARDS]

    def __setitem__(self, key: K, value: V) -> None:
        self._own(key)[key] = value

    def __delitem__(self, key: K) -> None:
        del self._own(key)[key]

    def items(self) -> Iterator[tuple[K, V]]:
        for shard in self._shards:
            yield from shard.items()

    def done(self) -> Table[K, V]:
        self._copied.clear()  # whoever goes on writing copies again
        return Table(tuple(self._shards))

    def _own(self, key: K) -> dict[K, V]:
        index = hash(key) % _SHARDS
        if index not in self._copied:
            self._shards[index] = dict(self._shards[index])
            self._copied.add(index)
        return self._shards[index]
