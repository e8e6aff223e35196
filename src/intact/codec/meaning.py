"""Meaning as columns: a `Meaning` in, its message out, and back.

A code costs 22 bytes and 4 for each value beside it. So it is what leaves a fingerprint first:
only what everything else left over is given to codes, lowest value ids first.
"""

from __future__ import annotations

import struct
from itertools import islice

from intact.errors import CodecError
from intact.model.meaning import BITS, MOST_VALUES, Code, Meaning
from intact.proto.v1 import fingerprint_pb2 as pb

_CODE_BYTES = BITS // 8
_NEGATED, _COUNT = 1, 1  # a mark is one bit, then how many values
#: Tags and lengths of the message and its fields at their longest, and the probe.
_ENVELOPE = 24 + _CODE_BYTES
_EACH, _VALUE = 22, 4


def fit_meaning(meaning: Meaning | None, room: int) -> Meaning | None:
    """As many codes as have room in so many bytes, lowest value ids first; None of none."""
    if meaning is None:
        return None
    room -= _ENVELOPE
    count = 0
    for code in meaning.codes:
        room -= _EACH + _VALUE * len(code.values)
        if room < 0:
            break
        count += 1
    return Meaning(meaning.probe, meaning.codes[:count]) if count else None


def write_meaning(meaning: Meaning, message: pb.Meaning) -> None:
    """Fill the columns.

    Raises:
        OverflowError, ValueError: If a code does not fit its columns.
    """
    codes = meaning.codes
    if any(len(code.values) > MOST_VALUES for code in codes):
        raise ValueError("a code has too many values")
    message.probe = meaning.probe.to_bytes(_CODE_BYTES, "big")
    message.value = b"".join(code.value.to_bytes(5, "little") for code in codes)
    message.bits = b"".join(code.bits.to_bytes(_CODE_BYTES, "big") for code in codes)
    message.marks = bytes(map(_mark, codes))
    for code in codes:
        message.token.extend(code.values)


def check_meaning(message: pb.Meaning) -> None:
    """Whether `read_meaning` can read a message.

    Raises:
        CodecError: If its columns do not agree with each other.
    """
    count = len(message.marks)
    counts = [mark >> _COUNT for mark in message.marks]
    if (
        len(message.probe) != _CODE_BYTES
        or len(message.value) != 5 * count
        or len(message.bits) != _CODE_BYTES * count
        or max(counts, default=0) > MOST_VALUES
        or len(message.token) != sum(counts)
    ):
        raise CodecError("the columns of a meaning do not agree")


def read_meaning(message: pb.Meaning) -> Meaning:
    """The codes of a checked message."""
    tokens = iter(message.token)
    values = (low | high << 32 for low, high in struct.iter_unpack("<IB", message.value))
    places = range(0, len(message.bits), _CODE_BYTES)
    codes = (
        Code(
            value,
            int.from_bytes(message.bits[at : at + _CODE_BYTES], "big"),
            tuple(islice(tokens, mark >> _COUNT)),
            bool(mark & _NEGATED),
        )
        for value, mark, at in zip(values, message.marks, places, strict=True)
    )
    return Meaning(int.from_bytes(message.probe, "big"), tuple(codes))


def _mark(code: Code) -> int:
    return code.negated * _NEGATED | len(code.values) << _COUNT
