"""Facts as columns: rows of `Fact` in, a `FactTable` message out, and back.

Rows cost 15 to 16 bytes, 4 more per token, and what their names add. Names are front-coded, since
neighbours share most of theirs: ``order.id``, ``order.amount`` cost 8 and 6 bytes.

Left to others: which rows and names there is room for (`fit`), the envelope (`wire`).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from intact.errors import CodecError
from intact.model.facts import Fact, Kind
from intact.proto.v1.fingerprint_pb2 import FactTable

#: Most bytes of one name. A short table could otherwise unfold to names of any length.
MAX_NAME_BYTES = 1024

#: Most tokens of one fact.
MAX_TOKENS = 8

_KINDS = {int(kind): kind for kind in Kind}


def write_facts(facts: Sequence[Fact], table: FactTable) -> None:
    """Fill the columns of `table`. Names of more than `MAX_NAME_BYTES` are left out.

    Raises:
        struct.error, ValueError: If a fact does not fit its columns.
    """
    table.path.extend(fact.path for fact in facts)
    table.value = _pack("IB", ((fact.value & 0xFFFFFFFF, fact.value >> 32) for fact in facts))
    table.exact = _pack("HB", ((fact.exact & 0xFFFF, fact.exact >> 16) for fact in facts))
    table.kind = bytes(fact.kind for fact in facts)
    table.flags.extend(fact.flags for fact in facts)
    if any(fact.count != 1 for fact in facts):
        table.count = bytes(fact.count for fact in facts)
    if any(fact.tokens for fact in facts):
        if any(len(fact.tokens) > MAX_TOKENS for fact in facts):
            raise ValueError("a fact has too many tokens")
        table.token_count = bytes(len(fact.tokens) for fact in facts)
        table.token.extend(chain.from_iterable(fact.tokens for fact in facts))
    if any(fact.name for fact in facts):
        _write_names((name_bytes(fact.name) for fact in facts), table)


def read_facts(table: FactTable) -> tuple[Fact, ...]:
    """The rows of `table`, in order.

    Raises:
        CodecError: If the columns do not agree with each other.
    """
    rows = len(table.path)
    count = table.count or b"\1" * rows
    token_count = table.token_count or bytes(rows)
    columns = (table.kind, table.flags, count, token_count)
    if (
        any(len(column) != rows for column in columns)
        or len(table.value) != 5 * rows
        or len(table.exact) != 3 * rows
        or len(table.token) != sum(token_count)
        or max(token_count, default=0) > MAX_TOKENS
    ):
        raise CodecError("the columns of a fact table do not agree")
    try:
        kinds = [_KINDS[kind] for kind in table.kind]
    except KeyError as unknown:
        raise CodecError(f"unknown kind of fact: {unknown.args[0]}") from None
    return tuple(
        map(
            Fact,
            table.path,
            (low | high << 32 for low, high in struct.iter_unpack("<IB", table.value)),
            (low | high << 16 for low, high in struct.iter_unpack("<HB", table.exact)),
            kinds,
            table.flags,
            count,
            _read_tokens(token_count, table.token),
            _read_names(table, rows),
        )
    )


def name_bytes(name: str) -> bytes:
    """A name as it is written: empty when it is too long, unpaired surrogates replaced."""
    raw = name.encode("utf-8", "replace")
    return raw if len(raw) <= MAX_NAME_BYTES else b""


def shared_prefix(first: bytes, second: bytes) -> int:
    """How many bytes both begin with.

    >>> shared_prefix(b"order.id", b"order.amount")
    6
    """
    length = min(len(first), len(second))
    differ = int.from_bytes(first[:length], "big") ^ int.from_bytes(second[:length], "big")
    return length - (differ.bit_length() + 7) // 8


def _pack(layout: str, pairs: Iterable[tuple[int, int]]) -> bytes:
    return b"".join(map(struct.Struct("<" + layout).pack, *zip(*pairs, strict=True)))


def _write_names(names: Iterable[bytes], table: FactTable) -> None:
    last = b""
    suffixes = []
    for name in names:
        shared = shared_prefix(last, name)
        table.name_shared.append(shared)
        table.name_length.append(len(name) - shared)
        suffixes.append(name[shared:])
        last = name or last
    table.name_text = b"".join(suffixes)


def _read_names(table: FactTable, rows: int) -> list[str]:
    if not table.name_shared and not table.name_length:
        return [""] * rows
    if not len(table.name_shared) == len(table.name_length) == rows:
        raise CodecError("the names of a fact table do not agree with its rows")
    names = []
    last, at, text = b"", 0, table.name_text
    for shared, length in zip(table.name_shared, table.name_length, strict=True):
        name = last[:shared] + text[at : at + length]
        at += length
        if len(name) != shared + length or len(name) > MAX_NAME_BYTES:
            raise CodecError("the names of a fact table are broken")
        try:
            names.append(name.decode("utf-8"))
        except UnicodeDecodeError:
            raise CodecError("a name is not UTF-8") from None
        last = name or last
    return names


def _read_tokens(counts: bytes, tokens: Sequence[int]) -> Iterator[tuple[int, ...]]:
    at = 0
    for count in counts:
        yield tuple(tokens[at : at + count])
        at += count
