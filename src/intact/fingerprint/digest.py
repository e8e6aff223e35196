"""A context goes in, digests come out by which this process finds it, or its beginning, again.

Contexts of equal digests have equal fingerprints: they are serialised as `frozen` does it, which
refuses what could be told apart by a walk only. Keys are not sorted: equal dicts in another order
are read again, which costs time and nothing else.

Digests are seeded, so that nobody can write a context that is taken for another one.

A list grows at its end, so long lists are told by blocks of items: `Blocks.chain[n]` stands for the
first n + 1 blocks and all that is in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, TypeGuard

import xxhash

from intact.fingerprint.frozen import serialise

#: Items of a block.
BLOCK: Final = 8
#: A list of fewer items is no long one.
LEAST: Final = 2 * BLOCK


class Blocks(NamedTuple):
    """A long list by digests."""

    chain: Sequence[bytes]  # after each whole block
    whole: bytes
    size: int  # bytes as JSON


class Digest(NamedTuple):
    """A context by digests."""

    whole: bytes
    size: int  # bytes as compact JSON
    lists: Mapping[int, Blocks]  # long lists of the context and right below it, by their `id`


def digest_of(context: object, seed: int) -> Digest | None:
    """The digests of a context; None where there are none that could be relied on.

    Costs one JSON serialisation and one fast hash of it.
    """
    try:
        if is_long(context):
            only = _blocks(context, seed)
            return Digest(only.whole, only.size, {id(context): only})
        if type(context) is dict:
            for value in context.values():
                if type(value) is list and len(value) >= LEAST:
                    return _with_lists(context, seed)
        data = serialise(context)
        return Digest(xxhash.xxh3_128_digest(data, seed), len(data), {})
    except Exception:  # unserialisable, cyclic, too deep, changed meanwhile: walked instead
        return None


def blocks_of(items: Sequence[object], seed: int) -> Blocks | None:
    """The digests of a long list; None where there are none that could be relied on."""
    try:
        return _blocks(items, seed)
    except Exception:
        return None


def still(chain: Sequence[bytes], items: Sequence[object], blocks: int, seed: int) -> bool:
    """Whether a list still is what it was, from so many blocks on to the end of the chain.

    Another thread may change a list while it is read: what was read then belongs to no digest.
    """
    told = chain[blocks - 1] if blocks else b""
    try:
        for index in range(blocks, len(chain)):
            block = serialise(items[index * BLOCK : (index + 1) * BLOCK])
            told = _longer(told, block, seed)
    except Exception:
        return False
    return told == chain[-1]


def is_long(value: object) -> TypeGuard[list[object]]:
    """Whether a value is a long list."""
    return type(value) is list and len(value) >= LEAST


def _with_lists(context: Mapping[object, object], seed: int) -> Digest:
    long = {key: value for key, value in context.items() if is_long(value)}
    rest = serialise({key: value for key, value in context.items() if key not in long})
    told = xxhash.xxh3_128(rest, seed)
    size = len(rest) + len(long) - (len(rest) == len(b"{}"))
    lists: dict[int, Blocks] = {}
    for key, items in long.items():
        blocks = lists[id(items)] = _blocks(items, seed)
        name = serialise({key: 0})  # one spelling of keys that are no strings, too
        # JSON holds no zero byte, so nothing can be taken for something else.
        told.update(b"\0" + name + blocks.whole)
        size += len(name) - 3 + blocks.size
    return Digest(told.digest(), size, lists)


def _blocks(items: Sequence[object], seed: int) -> Blocks:
    chain: list[bytes] = []
    told, size = b"", 1
    for start in range(0, len(items), BLOCK):
        data = serialise(items[start : start + BLOCK])
        told = _longer(told, data, seed)
        size += len(data) - 1
        chain.append(told)
    return Blocks(chain[: len(items) // BLOCK], told, size)


def _longer(told: bytes, block: bytes, seed: int) -> bytes:
    """The digest of what was told so far and one more block."""
    return xxhash.xxh3_128_digest(told + block, seed)
