"""Spans survive the journal."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intact.codec.packed import pack
from intact.errors import CodecError, SuiteError
from intact.model.fingerprint import Fingerprint
from intact.proto.v1 import fingerprint_pb2 as pb2
from intact.proto.v1 import span_pb2 as pb
from intact_collector.codec import decode_span, encode_span
from intact_collector.model.span import HandoffHint, ReducedSpan, Role, Side
from tests.strategies import spans

SPAN = ReducedSpan(b"t" * 16, b"s" * 8, b"", 1, 2, "native", Role.AGENT)


@given(spans())
def test_what_is_journaled_is_read_back(span: ReducedSpan) -> None:
    """A restart sees the spans that were acknowledged, missing parts still missing."""
    assert decode_span(encode_span(span)) == span


@given(spans())
def test_equal_spans_have_equal_bytes(span: ReducedSpan) -> None:
    """The order in which sides were fingerprinted does not show."""
    twin = replace(span, fingerprints=dict(reversed(span.fingerprints.items())))
    assert encode_span(twin) == encode_span(span)


@given(st.binary(max_size=200))
def test_bytes_that_are_no_span_raise_one_error(data: bytes) -> None:
    """A damaged journal row is a `CodecError`, whatever the damage."""
    try:
        decode_span(data)
    except CodecError:
        return


@pytest.mark.parametrize("hint", [None, HandoffHint(), HandoffHint(id="")])
def test_an_empty_hint_is_not_a_missing_one(hint: HandoffHint | None) -> None:
    """A span may say that it is a handoff and nothing more."""
    span = replace(SPAN, handoff=hint)
    assert decode_span(encode_span(span)) == span


def test_a_fingerprint_larger_than_an_attribute_is_kept_whole() -> None:
    """The journal has no limit: foreign content may be long."""
    many = tuple(f"path_{n}" for n in range(2000))
    span = replace(SPAN, fingerprints={Side.INPUT: pack(Fingerprint(b"kkkk", 1, absent=many))})
    assert decode_span(encode_span(span)) == span


@pytest.mark.parametrize(
    "change",
    [
        {"role": 99},
        {"trace_id": b"short"},
        {"problems": ["no such reason"]},
        {"keys": [pb.SessionKey(kind=99)]},
        {"contexts": [pb.Context(side=99)]},
    ],
)
def test_words_of_another_version_are_refused(change: dict[str, object]) -> None:
    """A journal of a newer version is reported, not half understood."""
    message = pb.ReducedSpan.FromString(encode_span(SPAN))
    message.MergeFrom(pb.ReducedSpan(**change))
    with pytest.raises(CodecError):
        decode_span(message.SerializeToString())


def test_a_fingerprint_of_a_newer_suite_is_told_apart() -> None:
    """The reason differs from plain damage, so that an operator knows to upgrade."""
    span = replace(SPAN, fingerprints={Side.SENT: pack(Fingerprint(b"kkkk", 1))})
    message = pb.ReducedSpan.FromString(encode_span(span))
    message.contexts[0].fingerprint += pb2.Fingerprint(suite=2).SerializeToString()
    with pytest.raises(SuiteError):
        decode_span(message.SerializeToString())


def test_a_time_that_is_no_time_is_refused() -> None:
    """Numbers out of range are an error of ours with a name."""
    with pytest.raises(CodecError):
        encode_span(replace(SPAN, start=-1))
