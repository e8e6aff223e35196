"""Codes on the wire: they leave first, and nothing else makes room for them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intact.codec.attributes import MAX_FINGERPRINT_BYTES
from intact.codec.meaning import check_meaning, read_meaning
from intact.codec.wire import decode, encode
from intact.errors import CodecError
from intact.model.fingerprint import Fingerprint
from intact.model.meaning import Code, Meaning
from intact.proto.v1.fingerprint_pb2 import Meaning as Message
from tests.strategies import fingerprints, meanings

MANY = tuple(Code(value, value << 80 | 7, (value,) * (value % 5)) for value in range(200))


@given(fingerprints(most_facts=30, most_tokens=300), meanings())
def test_nothing_else_makes_room_for_codes(fingerprint: Fingerprint, meaning: Meaning) -> None:
    """Under a limit, what arrives besides is what arrives without them."""
    plain = replace(fingerprint, meaning=None)
    arrived = decode(encode(replace(plain, meaning=meaning)))
    assert replace(arrived, meaning=None) == decode(encode(plain))


@given(fingerprints(most_facts=10, most_tokens=200), st.integers(640, MAX_FINGERPRINT_BYTES))
def test_as_many_codes_arrive_as_have_room(fingerprint: Fingerprint, limit: int) -> None:
    """Those with the lowest value ids; another one would not have fitted."""
    whole = replace(fingerprint, meaning=Meaning(1, MANY))
    data = encode(whole, limit)
    assert len(data) <= limit
    arrived = decode(data).meaning
    kept = () if arrived is None else arrived.codes
    assert kept == MANY[: len(kept)]
    slack = 24 + 16 if arrived is None else 24
    assert len(data) + 22 + 4 * len(MANY[len(kept)].values) + slack > limit


def test_bytes_are_those_of_one_message() -> None:
    """Appended or written at once: the same."""
    fingerprint = Fingerprint(key_id=b"\1\2\3\4", root=7, meaning=Meaning(5, MANY[:3]))
    assert encode(fingerprint) == encode(fingerprint, limit=None)


@pytest.mark.parametrize(
    "broken",
    [
        {"probe": b"short"},
        {"value": b"\1" * 4},
        {"bits": b"\1" * 17},
        {"marks": b"\0\0"},
        {"marks": b"\2"},
        {"marks": b"\xff"},
        {"token": [1]},
    ],
)
def test_columns_that_do_not_agree_are_no_meaning(broken: dict[str, object]) -> None:
    """Whatever is wrong with them."""
    sound: dict[str, object] = {
        "probe": b"\1" * 16, "value": b"\1" * 5, "bits": b"\2" * 16, "marks": b"\0",
    }  # fmt: skip
    check_meaning(Message(**sound))  # type: ignore[arg-type]
    assert len(read_meaning(Message(**sound)).codes) == 1  # type: ignore[arg-type]
    with pytest.raises(CodecError):
        check_meaning(Message(**{**sound, **broken}))  # type: ignore[arg-type]


def test_a_code_outside_its_width_is_refused() -> None:
    """With the error of the room, not that of the integer."""
    for code in (Code(1 << 40, 0), Code(0, 1 << 128), Code(0, 0, (1,) * 5), Code(0, 0, (1 << 32,))):
        with pytest.raises(CodecError):
            encode(Fingerprint(key_id=b"\1\2\3\4", root=0, meaning=Meaning(0, (code,))), limit=None)
