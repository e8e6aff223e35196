"""The key and its hashes: what one can do without the key, and what by choosing the content."""

from __future__ import annotations

import struct
from hashlib import blake2b

import pytest
import xxhash

from intact.fingerprint.keys import Hasher, Key, exact_id, token_id, value_id
from tests.intact.fingerprint.reading import KEY, read


def test_a_secret_has_16_to_64_bytes() -> None:
    """Nothing of a wrong one is in the message."""
    assert Key(b"s" * 16).secret == b"s" * 16
    for wrong in (b"", b"secret 4711", b"s" * 65):
        with pytest.raises(ValueError, match="16 to 64") as refused:
            Key(wrong)
        assert "4711" not in str(refused.value)


def test_a_key_shows_in_no_repr() -> None:
    """Its id does."""
    assert "tests of Intact" not in repr(KEY)
    assert repr(KEY.id) in repr(KEY)


def test_ids_are_the_upper_bits_of_one_hash() -> None:
    """So that a value is found as a token."""
    hashed = Hasher(KEY)["w\x1fdelivered"]
    assert token_id(hashed) == value_id(hashed) >> 8 == hashed >> 32
    assert exact_id(hashed) == hashed >> 40


def _twin(part: int) -> bytes:
    """One of many byte strings with one XXH3: two of its products are zero whatever `part` is.

    The low half of a lane that equals the (public) low half of its secret makes the product zero;
    two such lanes only count by their sum, and that is kept.
    """
    secret = bytes.fromhex("b8fe6c3923a44bbe7c01812cf721ad1c")
    data = bytearray(b"." * 256)
    data[0:8] = secret[0:4] + struct.pack("<I", part)
    data[64:72] = secret[8:12] + struct.pack("<I", 1_000_000 - part)
    return bytes(data)


def test_who_chooses_long_values_cannot_make_two_equal() -> None:
    """Twins under a fast hash would let one long value stand for another, unnoticed."""
    one, other = _twin(1), _twin(2)
    assert one != other
    assert xxhash.xxh3_128_digest(one) == xxhash.xxh3_128_digest(other)
    assert Hasher(KEY).bytes(one) != Hasher(KEY).bytes(other)
    assert read({"scan": one}).facts[0].value != read({"scan": other}).facts[0].value
    assert read({"scan": one}).root != read({"scan": other}).root


def test_hashes_are_blake2b_under_the_key() -> None:
    """Of short and long values alike."""
    for data in (b"", b"a", b"b" * 64, b"c" * 65, b"d" * 100_000):
        expected = blake2b(data, key=KEY.secret, digest_size=8, person=b"intact facts").digest()
        assert Hasher(KEY).bytes(data) == int.from_bytes(expected, "big")
