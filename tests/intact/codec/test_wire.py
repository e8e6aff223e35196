"""Fingerprints survive the wire, and nothing else is taken for one."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intact.codec.attributes import MAX_ATTRIBUTE_CHARACTERS, MAX_FINGERPRINT_BYTES
from intact.codec.wire import decode, encode, from_attribute, to_attribute
from intact.errors import CodecError, CutError, SuiteError
from intact.model.facts import Fact, Kind
from intact.model.fingerprint import Fingerprint, Sketch
from intact.proto.v1.fingerprint_pb2 import Fingerprint as Message
from tests.strategies import fingerprints

KEY = b"\x01\x02\x03\x04"


@given(fingerprints())
def test_what_is_written_is_read_back(fingerprint: Fingerprint) -> None:
    """Without a limit nothing is lost, whatever a fingerprint holds."""
    assert decode(encode(fingerprint, limit=None)) == fingerprint


@given(fingerprints(most_facts=4, most_tokens=10))
def test_a_fingerprint_that_fits_is_sent_whole(fingerprint: Fingerprint) -> None:
    """The limit changes nothing while there is room."""
    whole = encode(fingerprint, limit=None)
    if len(whole) <= MAX_FINGERPRINT_BYTES:
        assert encode(fingerprint) == whole


@given(fingerprints(most_facts=4))
def test_attributes_are_read_back(fingerprint: Fingerprint) -> None:
    """Text and size make the bytes again, and stay within the length of an attribute."""
    text, size = to_attribute(fingerprint)
    assert text.isascii()
    assert len(text) <= MAX_ATTRIBUTE_CHARACTERS
    assert from_attribute(text, size) == decode(encode(fingerprint))


@given(fingerprints())
def test_equal_fingerprints_have_equal_bytes(fingerprint: Fingerprint) -> None:
    """Sets are written in order: the order in which tokens were added does not show."""
    words = Sketch(
        frozenset(sorted(fingerprint.words.tokens, reverse=True)),
        fingerprint.words.threshold,
        fingerprint.words.total,
    )
    twin = Fingerprint(
        **{name: getattr(fingerprint, name) for name in Fingerprint.__slots__} | {"words": words}
    )
    assert encode(twin) == encode(fingerprint)


@given(fingerprints(), st.data())
def test_every_cut_of_an_attribute_is_noticed(
    fingerprint: Fingerprint, data: st.DataObject
) -> None:
    """A backend that shortens strings never passes for a smaller context."""
    text, size = to_attribute(fingerprint)
    kept = data.draw(st.integers(0, len(text) - 1))
    with pytest.raises(CutError):
        from_attribute(text[:kept], size)


@given(st.binary(max_size=400))
def test_bytes_that_are_no_fingerprint_raise_one_error(data: bytes) -> None:
    """Whatever arrives is a fingerprint or a `CodecError`."""
    try:
        decode(data)
    except CodecError:
        return


@given(fingerprints(), st.data())
def test_damaged_fingerprints_raise_one_error(
    fingerprint: Fingerprint, data: st.DataObject
) -> None:
    """One byte replaced, and parts missing, stay within the same error."""
    raw = bytearray(encode(fingerprint, limit=None))
    raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    del raw[data.draw(st.integers(0, len(raw) - 1)) :][: data.draw(st.integers(0, 9))]
    try:
        decode(bytes(raw))
    except CodecError:
        return


def test_a_newer_suite_is_told_from_garbage() -> None:
    """The collector counts the two under different reasons."""
    newer = Message.FromString(encode(Fingerprint(key_id=KEY, root=1)))
    newer.suite = 99
    with pytest.raises(SuiteError) as caught:
        decode(newer.SerializeToString())
    assert caught.value.suite == 99


def test_a_field_of_a_later_version_is_skipped() -> None:
    """A reader keeps working when the envelope grows within its suite."""
    fingerprint = Fingerprint(key_id=KEY, root=1)
    field_100_with_one_byte = b"\xa2\x06\x01x"
    assert decode(encode(fingerprint) + field_100_with_one_byte) == fingerprint


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("", 0),
        ("!!!!", 3),
        ("AAAA", 2),
        ("AAAAAAAA", 3),
        (base64.b64encode(b"hello").decode(), 5),
        ("ä" * 8, 6),
        ("AAAA", MAX_FINGERPRINT_BYTES + 1),
    ],
)
def test_attributes_that_hold_no_fingerprint_are_no_cut(text: str, size: int) -> None:
    """Garbage is not blamed on a length limit."""
    with pytest.raises(CodecError) as caught:
        from_attribute(text, size)
    assert not isinstance(caught.value, CutError)


@pytest.mark.parametrize(
    "change",
    [
        {"value": 1 << 40},
        {"path": 1 << 32},
        {"path": -1},
        {"exact": 1 << 24},
        {"count": 256},
        {"tokens": (1 << 32,)},
        {"tokens": (1,) * 13},
    ],
)
def test_a_hash_of_the_wrong_width_is_not_written(change: dict[str, object]) -> None:
    """Better no fingerprint than one that says something else."""
    fact = Fact(path=1, value=2, exact=3, kind=Kind.ID)._replace(**change)
    with pytest.raises(CodecError):
        encode(Fingerprint(key_id=KEY, root=1, facts=(fact,)))


def test_names_that_are_no_unicode_do_not_stop_the_rest() -> None:
    """An unpaired surrogate in a key is replaced, where protobuf would refuse it."""
    fact = Fact(path=1, value=2, exact=3, kind=Kind.ID, name="a\ud800")
    fingerprint = Fingerprint(
        key_id=KEY, root=1, facts=(fact,), pruned=(("\ud800", ""),), absent=("b\udfff",)
    )
    read = decode(encode(fingerprint))
    assert read.facts[0].name == "a?"
    assert read.pruned == (("?", ""),)
    assert read.absent == ("b?",)


def test_a_small_message_does_not_unfold_into_a_large_one() -> None:
    """Front coding cannot be used to make names of any length."""
    message = Message.FromString(encode(Fingerprint(key_id=KEY, root=1)))
    rows = 300
    table = message.facts
    table.shape_path.append(1)
    table.shape_kind, table.shape_tokens = b"\0", b"\0"
    table.shape_flags.append(0)
    table.shape.extend([0] * rows)
    table.value, table.exact, table.name = bytes(5 * rows), bytes(3 * rows), b"\2" * rows
    table.name_shared.extend(100 * row for row in range(rows))
    table.name_length.extend([100] * rows)
    table.name_text = b"x" * 100 * rows
    with pytest.raises(CodecError):
        decode(message.SerializeToString())


def test_errors_do_not_show_the_bytes() -> None:
    """What was not understood may be anything, so it is not repeated."""
    with pytest.raises(CodecError) as caught:
        from_attribute(base64.b64encode(b"jane.roe@example.com").decode(), 20)
    assert "jane" not in str(caught.value)
    assert caught.value.__cause__ is None
