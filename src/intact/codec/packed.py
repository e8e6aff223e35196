"""A fingerprint as the bytes that it came in: checked at once, unpacked only where it is measured.

In: bytes of a fingerprint, or the text of a span attribute. Out: a `Packed`, some dozen bytes
larger than what it holds; unpacked, a fingerprint takes twenty times as much. Whatever passed the
check can be unpacked.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from intact.codec.wire import attribute_bytes, check, encode, parse, read
from intact.model.fingerprint import Fingerprint

#: Unpacked fingerprints that are remembered, of some 20 to 50 KB each: those of a few handoffs,
#: whose sides are asked for again and again while they are measured.
REMEMBERED = 32


@dataclass(frozen=True, slots=True)
class Packed:
    """The bytes of a fingerprint that can be unpacked. Made by the functions below alone."""

    data: bytes
    limits: int = 0  # bits of `Limit`

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        return len(self.data)

    @property
    def key_id(self) -> bytes:
        """The key under which it was made."""
        return self.unpack().key_id

    def unpack(self) -> Fingerprint:
        """The fingerprint. Costs about a microsecond a fact, unless it was unpacked just before."""
        return _unpacked(self.data)


def pack(fingerprint: Fingerprint) -> Packed:
    """A whole fingerprint as bytes, however many they are.

    Raises:
        CodecError: If a hash does not have the width that the model says.
    """
    return Packed(encode(fingerprint, limit=None), int(fingerprint.limits))


def packed(data: bytes) -> Packed:
    """Bytes of a fingerprint, checked: a few microseconds for each hundred bytes.

    Raises:
        SuiteError: If it is of a suite that this version does not know.
        CodecError: If it is no fingerprint.
    """
    message = parse(data)
    check(message)
    return Packed(data, message.limits)


def packed_attribute(text: str, size: int) -> Packed:
    """The fingerprint that a span attribute holds, checked.

    Raises:
        CutError: If the text is shorter than `size` says.
        SuiteError: If it is of a suite that this version does not know.
        CodecError: If it is no fingerprint.
    """
    return packed(attribute_bytes(text, size))


@lru_cache(maxsize=REMEMBERED)
def _unpacked(data: bytes) -> Fingerprint:
    return read(parse(data))


def forget() -> None:
    """Let go of the unpacked fingerprints that are remembered."""
    _unpacked.cache_clear()
