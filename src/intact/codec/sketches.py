"""Sketches as bytes: a `Sketch` in, a `Sketch` message out, and back.

    sorted       each token in 4 bytes, ascending: a sketch whose tokens have all their bits
    Elias-Fano   tokens without their lowest `shift` bits, ascending, in two parts: what is above
                 the lowest `low_bits` bits in unary, as many ones as tokens have it and then a
                 zero; the lowest bits in columns of 8, least significant first, then one of 4

Elias-Fano takes `low_bits` and at most about 2 bits a token (Vigna, *Quasi-succinct indices*,
2013, after Elias 1974 and Fano 1971). `coarsened` leaves out so many bits that 8 or 12 remain.
Left to others: how many tokens there is room for (`fit`), the envelope (`wire`).
"""

from __future__ import annotations

from itertools import accumulate
from math import ceil, log2

from intact.errors import CodecError
from intact.model.fingerprint import COMPLETE, Sketch
from intact.proto.v1 import fingerprint_pb2 as pb

_TOKEN_BITS = 32
_MOST_LOW_BITS = 24
#: Tags, lengths and scalars of a sketch, at their longest.
_FIXED = 36
_HEX = b"0123456789abcdef"
_FROM_HEX = bytes(_HEX.index(digit) if digit in _HEX else 0 for digit in range(256))


def coarsened(sketch: Sketch, low_bits: int) -> Sketch:
    """The sketch with so few bits for each token that `low_bits` of them tell neighbours apart.

    A token that is not there is then taken for one that is with a chance of ``2**-low_bits`` to
    twice that, which `containment` corrects for.
    """
    count = len(sketch.tokens)
    if sketch.shift or not count:
        return sketch
    shift = ceil(log2(sketch.threshold / count)) - low_bits
    if shift <= 0:
        return sketch
    threshold = sketch.threshold if sketch.complete else sketch.threshold >> shift << shift
    tokens = frozenset([token >> shift for token in sketch.tokens if token < threshold])
    return Sketch(tokens, threshold, sketch.total, shift)


def sketch_size(sketch: Sketch) -> int:
    """The most bytes that a sketch takes."""
    count = len(sketch.tokens)
    if not sketch.shift:
        return _FIXED + 4 * count
    low_bits = _low_bits(sketch)
    high = count + (sketch.threshold >> (sketch.shift + low_bits)) + 1
    return _FIXED + (low_bits * count + high) // 8 + 4


def write_sketch(sketch: Sketch, message: pb.Sketch) -> None:
    """Fill `message`, all but its unit.

    Raises:
        ValueError: If a token does not have its bits.
    """
    message.total = sketch.total
    if not sketch.complete:
        message.threshold = sketch.threshold
    tokens = sorted(sketch.tokens)
    if not sketch.shift:
        message.form = pb.Sketch.FORM_SORTED
        message.token.extend(tokens)
        return
    if tokens and (tokens[0] < 0 or tokens[-1] << sketch.shift >= sketch.threshold):
        raise ValueError("a sketch holds tokens above its threshold")
    message.form = pb.Sketch.FORM_ELIAS_FANO
    message.shift = sketch.shift
    message.low_bits = low_bits = _low_bits(sketch)
    message.low = _write_low(tokens, low_bits)
    message.high = _write_high([token >> low_bits for token in tokens])


def check_sketch(message: pb.Sketch) -> None:
    """Whether `read_sketch` can read a message.

    Raises:
        CodecError: If it is no sketch, or of a form that this version does not know.
    """
    threshold = message.threshold if message.HasField("threshold") else COMPLETE
    if message.form == pb.Sketch.FORM_SORTED:
        if max(message.token, default=-1) >= threshold:
            raise CodecError("a sketch holds tokens above its threshold")
        return
    if message.form != pb.Sketch.FORM_ELIAS_FANO:
        raise CodecError("a sketch of an unknown form")
    shift, low_bits, high = message.shift, message.low_bits, message.high
    count = int.from_bytes(high, "little").bit_count()
    values = 8 * len(high) - count  # what the parts above the lowest bits can be, and 7 at most
    if (
        not 0 < shift < _TOKEN_BITS
        or low_bits % 4
        or low_bits > _MOST_LOW_BITS
        or len(message.low) != _low_size(count, low_bits)
        or threshold % (1 << shift)
        or max(0, values - 8) << (low_bits + shift) > threshold
    ):
        raise CodecError("the parts of a sketch do not agree")


def read_sketch(message: pb.Sketch) -> Sketch:
    """The sketch that a checked message holds."""
    threshold = message.threshold if message.HasField("threshold") else COMPLETE
    if message.form == pb.Sketch.FORM_SORTED:
        return Sketch(frozenset(message.token), threshold, message.total)
    shift, low_bits = message.shift, message.low_bits
    high = _read_high(message.high)
    low = _read_low(message.low, len(high), low_bits)
    tokens = [above << low_bits | below for above, below in zip(high, low, strict=True)]
    last = threshold >> shift
    return Sketch(
        frozenset([token for token in tokens if token < last]), threshold, message.total, shift
    )


def _low_bits(sketch: Sketch) -> int:
    """So many that there are about as many values above them as tokens; a multiple of 4."""
    apart = (sketch.threshold >> sketch.shift) / max(1, len(sketch.tokens))
    # A tenth of a bit is allowed for tokens that fell together.
    return min(_MOST_LOW_BITS, max(0, 4 * ceil((log2(max(1, apart)) - 0.1) / 4)))


def _low_size(count: int, low_bits: int) -> int:
    return count * (low_bits // 8) + (count + 1) // 2 * (low_bits % 8 > 0)


def _write_low(tokens: list[int], low_bits: int) -> bytes:
    columns = [bytes([token >> at & 0xFF for token in tokens]) for at in range(0, low_bits - 7, 8)]
    if low_bits % 8:
        digits = bytes([_HEX[token >> (low_bits - 4) & 0xF] for token in tokens])
        columns.append(bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode()))
    return b"".join(columns)


def _read_low(data: bytes, count: int, low_bits: int) -> list[int]:
    low = [0] * count
    for at in range(0, low_bits - 7, 8):
        column = data[at // 8 * count : (at // 8 + 1) * count]
        low = [part | byte << at for part, byte in zip(low, column, strict=True)]
    if low_bits % 8:
        digits = data[low_bits // 8 * count :].hex().encode().translate(_FROM_HEX)[:count]
        low = [part | digit << (low_bits - 4) for part, digit in zip(low, digits, strict=True)]
    return low


def _write_high(parts: list[int]) -> bytes:
    """In the order of the bits of a little-endian number."""
    steps = ["0" * (part - last) + "1" for last, part in zip([0, *parts], parts, strict=False)]
    bits = "".join(steps)
    return int(bits[::-1] or "0", 2).to_bytes((len(bits) + 7) // 8, "little")


def _read_high(data: bytes) -> list[int]:
    bits = f"{int.from_bytes(data, 'little'):b}"[::-1]
    *gaps, _ = bits.split("1")
    return list(accumulate(map(len, gaps)))
