"""Facts as columns: rows of `Fact` in, a `FactTable` message out, and back.

What rows share is written once, as a *shape* (path, kind, flags, number of tokens: 7 bytes). A row
is the index of its shape, a value id and an exact id, 10 bytes, and 4 more per token. A name is
written where it differs from that of the last row of its shape, and then front-coded: after
``order.id``, ``order.amount`` costs 8 bytes.

Left to others: which rows and names there is room for (`rows`), the envelope (`wire`).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, chain

from intact.errors import CodecError
from intact.model.facts import Fact, Kind
from intact.proto.v1.fingerprint_pb2 import FactTable

#: Most bytes of one name. A short table could otherwise unfold to names of any length.
MAX_NAME_BYTES = 1024

#: Most tokens of one fact.
MAX_TOKENS = 12

#: Path, kind, flags and number of tokens of a fact.
Shape = tuple[int, int, int, int]

_KINDS = {int(kind): kind for kind in Kind}
_KNOWN_KINDS = bytes(_KINDS)
_NO_NAME, _SAME_NAME, _NEW_NAME = range(3)


def write_facts(facts: Sequence[Fact], table: FactTable) -> None:
    """Fill the columns of `table`. Names of more than `MAX_NAME_BYTES` are left out.

    Raises:
        struct.error, ValueError: If a fact does not fit its columns.
    """
    index: dict[Shape, int] = {}
    shapes = [index.setdefault(shape_of(fact), len(index)) for fact in facts]
    paths, kinds, flags, token_counts = zip(*index, strict=True) if index else ((),) * 4
    if max(token_counts, default=0) > MAX_TOKENS:
        raise ValueError("a fact has too many tokens")
    table.shape_path.extend(paths)
    table.shape_kind = bytes(kinds)
    table.shape_flags.extend(flags)
    table.shape_tokens = bytes(token_counts)

    table.shape.extend(shapes)
    table.value = _pack([fact.value for fact in facts], 5)
    table.exact = _pack([fact.exact for fact in facts], 3)
    counts = bytes([fact.count for fact in facts])
    if counts.count(1) != len(counts):
        table.count = counts
    table.token.extend(chain.from_iterable([fact.tokens for fact in facts]))
    if any(names := [name_bytes(fact.name) for fact in facts]):
        _write_names(shapes, names, table)


def check_facts(table: FactTable) -> None:
    """Whether `read_facts` can read `table`.

    Raises:
        CodecError: If its columns do not agree with each other, or a kind is not known.
    """
    shape = table.shape
    shapes, rows = len(table.shape_path), len(shape)
    token_counts, name = table.shape_tokens, table.name
    if (
        len(table.shape_kind) != shapes
        or len(token_counts) != shapes
        or len(table.shape_flags) != shapes
        or len(table.value) != 5 * rows
        or len(table.exact) != 3 * rows
        or len(table.count) not in (0, rows)
        or len(name) not in (0, rows)
        or max(shape, default=-1) >= shapes
        or max(token_counts, default=0) > MAX_TOKENS
        or len(table.token) != sum(map(token_counts.__getitem__, shape))
    ):
        raise CodecError("the columns of a fact table do not agree")
    if unknown := table.shape_kind.translate(None, _KNOWN_KINDS):
        raise CodecError(f"unknown kind of fact: {unknown[0]}")
    if name:
        _read_names(table)


def read_facts(table: FactTable) -> tuple[Fact, ...]:
    """The rows of a checked table, in order."""
    shape, token_counts = list(table.shape), table.shape_tokens
    kinds = [_KINDS[kind] for kind in table.shape_kind]
    paths, flags = list(table.shape_path), list(table.shape_flags)
    return tuple(
        map(
            Fact,
            [paths[one] for one in shape],
            _unpack(table.value, 5),
            _unpack(table.exact, 3),
            [kinds[one] for one in shape],
            [flags[one] for one in shape],
            table.count or b"\1" * len(shape),
            _read_tokens([token_counts[one] for one in shape], table.token),
            _read_names(table) if table.name else [""] * len(shape),
        )
    )


def shape_of(fact: Fact) -> Shape:
    """What rows share."""
    return (fact.path, fact.kind, fact.flags, len(fact.tokens))


def name_bytes(name: str) -> bytes:
    """A name as it is written: empty when it is too long, unpaired surrogates replaced."""
    raw = name.encode("utf-8", "replace")
    return raw if len(raw) <= MAX_NAME_BYTES else b""


@lru_cache(maxsize=1024)  # the same names come with every handoff of a session
def shared_prefix(first: bytes, second: bytes) -> int:
    """How many bytes both begin with.

    >>> shared_prefix(b"order.id", b"order.amount")
    6
    """
    length = min(len(first), len(second))
    differ = int.from_bytes(first[:length], "big") ^ int.from_bytes(second[:length], "big")
    return length - (differ.bit_length() + 7) // 8


def _pack(values: Sequence[int], width: int) -> bytes:
    """Each value in `width` bytes, little endian: packed in 8, of which the highest are left out.

    Raises:
        struct.error, ValueError: If a value has more bytes.
    """
    if max(values, default=0) >> 8 * width:
        raise ValueError(f"a value has more than {width} bytes")
    wide = struct.pack(f"<{len(values)}Q", *values)
    packed = bytearray(width * len(values))
    for at in range(width):
        packed[at::width] = wide[at::8]
    return bytes(packed)


def _unpack(packed: bytes, width: int) -> tuple[int, ...]:
    """The values that `_pack` wrote."""
    count = len(packed) // width
    wide = bytearray(8 * count)
    for at in range(width):
        wide[at::8] = packed[at::width]
    return struct.unpack(f"<{count}Q", wide)


def _write_names(shapes: Sequence[int], names: Sequence[bytes], table: FactTable) -> None:
    last = b""
    of_shape: dict[int, bytes] = {}
    codes, suffixes = bytearray(), []
    for shape, name in zip(shapes, names, strict=True):
        if not name:
            codes.append(_NO_NAME)
        elif of_shape.get(shape) == name:
            codes.append(_SAME_NAME)
        else:
            codes.append(_NEW_NAME)
            shared = shared_prefix(last, name)
            table.name_shared.append(shared)
            table.name_length.append(len(name) - shared)
            suffixes.append(name[shared:])
            last = name
        of_shape[shape] = name
    table.name = bytes(codes)
    table.name_text = b"".join(suffixes)


def _read_names(table: FactTable) -> list[str]:
    new = _unfold_names(table)
    of_shape: dict[int, str] = {}
    names = []
    for shape, code in zip(table.shape, table.name, strict=True):
        if code == _SAME_NAME:
            name = of_shape.get(shape, "")
        elif code == _NEW_NAME:
            name = next(new, "")
        elif code == _NO_NAME:
            name = ""
        else:
            raise CodecError("unknown code of a name")
        if bool(name) != bool(code):
            raise CodecError("a name of a fact table is missing")
        of_shape[shape] = name
        names.append(name)
    return names


def _unfold_names(table: FactTable) -> Iterator[str]:
    if len(table.name_shared) != len(table.name_length):
        raise CodecError("the names of a fact table do not agree")
    last, at, text = b"", 0, table.name_text
    for shared, length in zip(table.name_shared, table.name_length, strict=True):
        last = last[:shared] + text[at : at + length]
        at += length
        if len(last) != shared + length or len(last) > MAX_NAME_BYTES:
            raise CodecError("the names of a fact table are broken")
        try:
            yield last.decode("utf-8")
        except UnicodeDecodeError:
            raise CodecError("a name is not UTF-8") from None


def _read_tokens(counts: Sequence[int], tokens: Sequence[int]) -> list[tuple[int, ...]]:
    column = tuple(tokens)
    ends = accumulate(counts)
    return [column[end - count : end] for count, end in zip(counts, ends, strict=True)]
