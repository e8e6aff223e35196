"""A fingerprint may stay the bytes that it came in: what passes the check can be unpacked."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intact.codec.packed import Packed, forget, pack, packed, packed_attribute
from intact.codec.wire import encode, to_attribute
from intact.errors import CodecError, CutError, SuiteError
from intact.model.fingerprint import Fingerprint, Limit
from intact.proto.v1 import fingerprint_pb2 as pb
from tests.strategies import fingerprints


@given(fingerprints())
def test_what_is_packed_is_unpacked(fingerprint: Fingerprint) -> None:
    """From memory, from bytes and from a span attribute."""
    data = encode(fingerprint, limit=None)
    for found in (pack(fingerprint), packed(data)):
        assert (found.data, found.size) == (data, len(data))
        assert Limit(found.limits) == fingerprint.limits
        assert found.key_id == fingerprint.key_id
        assert pack(found.unpack()) == found
    text, size = to_attribute(fingerprint)
    assert packed_attribute(text, size).unpack() == packed(encode(fingerprint)).unpack()


def columns(data: bytes, draw: st.DataObject) -> bytes:
    """A message in which one column, threshold or form is another one."""
    message = pb.Fingerprint.FromString(data)
    numbers, raw = st.integers(0, 300), st.binary(max_size=20)
    table, change = message.facts, draw.draw(st.integers(0, 13))
    if change < 6:
        field = ("value", "exact", "count", "name", "shape_kind", "shape_tokens")[change]
        setattr(table, field, draw.draw(raw))
    elif change < 10:
        field = ("shape", "token", "name_shared", "name_length")[change - 6]
        getattr(table, field).append(draw.draw(numbers))
    elif change == 10:
        table.name_text = draw.draw(raw)
    else:
        sketch = message.sketches.add(form=draw.draw(st.integers(0, 3)), unit=1)
        sketch.token.extend(draw.draw(st.lists(numbers, max_size=3)))
        sketch.threshold = draw.draw(numbers)
        sketch.shift, sketch.low_bits = (
            draw.draw(numbers),
            draw.draw(st.sampled_from([0, 4, 8, 20])),
        )
        sketch.low, sketch.high = draw.draw(raw), draw.draw(raw)
    return message.SerializeToString()


@given(fingerprints(), st.data())
@settings(max_examples=400)
def test_whatever_passes_the_check_can_be_unpacked(
    fingerprint: Fingerprint, data: st.DataObject
) -> None:
    """Whoever sends odd bytes hears of it when they arrive, not when they are measured."""
    raw = encode(fingerprint, limit=None)
    if data.draw(st.booleans()):
        raw = columns(raw, data)
    else:
        at = data.draw(st.integers(0, len(raw) - 1))
        raw = raw[:at] + data.draw(st.binary(max_size=6)) + raw[at + data.draw(st.integers(0, 6)) :]
    try:
        found = packed(raw)
    except CodecError:
        return
    found.unpack()


def test_attributes_are_refused_for_the_reason_that_they_have() -> None:
    """Cut, of another suite, or no fingerprint."""
    text, size = to_attribute(Fingerprint(b"kkkk", 1, absent=("a path",) * 9))
    with pytest.raises(CutError):
        packed_attribute(text[:-8], size)
    newer = pb.Fingerprint(suite=2).SerializeToString()
    with pytest.raises(SuiteError):
        packed_attribute(b64encode(newer).decode(), len(newer))
    with pytest.raises(CodecError, match="no fingerprint"):
        packed_attribute(b64encode(b"jane.roe@example.com").decode(), 20)


def test_unpacked_fingerprints_are_remembered_for_a_while() -> None:
    """The sides of a handoff are asked for again and again while it is measured."""
    forget()
    data = encode(Fingerprint(b"kkkk", 1), limit=None)
    first = Packed(data).unpack()
    assert Packed(data).unpack() is first
    forget()
    assert Packed(data).unpack() == first
