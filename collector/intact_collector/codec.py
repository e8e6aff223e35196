"""Reduced spans as bytes, for the journal: a `ReducedSpan` in, protobuf bytes out, and back.

Fingerprints are embedded whole, without the limit that a span attribute has. Left to others: what
a fingerprint looks like inside (`intact.codec`), where the bytes are kept (`store`).
"""

from __future__ import annotations

import struct

from google.protobuf.message import DecodeError

from intact.codec.packed import packed
from intact.codec.wire import valid_text
from intact.errors import CodecError
from intact.model.measurement import Mode, Reason
from intact.proto.v1 import span_pb2 as pb
from intact_collector.model.span import (
    HandoffHint,
    KeyKind,
    ReducedSpan,
    Role,
    SessionKey,
    Side,
)


def encode_span(span: ReducedSpan) -> bytes:
    """The bytes of `span`; equal spans have equal bytes.

    Raises:
        CodecError: If a number of the span is outside its range.
    """
    try:
        return _to_message(span).SerializeToString(deterministic=True)
    except (struct.error, OverflowError, ValueError):
        raise CodecError("a value of this span is outside its range") from None


def decode_span(data: bytes) -> ReducedSpan:
    """The span that `data` holds.

    Raises:
        CodecError: If it is no span, or was written by a version that knows more.
    """
    try:
        return _from_message(pb.ReducedSpan.FromString(data))
    except (DecodeError, ValueError) as error:
        if isinstance(error, CodecError):
            raise
        raise CodecError("these bytes are no span") from None


def _to_message(span: ReducedSpan) -> pb.ReducedSpan:
    message = pb.ReducedSpan(
        trace_id=span.trace_id,
        span_id=span.span_id,
        parent_id=span.parent_id,
        start=span.start,
        end=span.end,
        dialect=valid_text(span.dialect),
        role=span.role,
        agent=_text(span.agent),
        turn_key=_text(span.turn_key),
        scope=valid_text(span.scope),
        service=_text(span.service),
        service_version=_text(span.service_version),
        agent_version=_text(span.agent_version),
        journey=_text(span.journey),
        tool=_text(span.tool),
        order=span.order,
        problems=[reason.value for reason in span.problems],
    )
    for trace_id, span_id in span.links:
        message.links.add(trace_id=trace_id, span_id=span_id)
    for key in span.keys:
        message.keys.add(kind=key.kind, value=valid_text(key.value))
    if (hint := span.handoff) is not None:
        message.handoff.SetInParent()  # a hint may be empty and still be one
        message.handoff.MergeFrom(
            pb.HandoffHint(
                id=_text(hint.id),
                source=_text(hint.source),
                target=_text(hint.target),
                mode=hint.mode,
                rule=_text(hint.rule),
                sequence=hint.sequence,
            )
        )
    for side in sorted(span.fingerprints):
        message.contexts.add(side=side, fingerprint=span.fingerprints[side].data)
    return message


def _from_message(message: pb.ReducedSpan) -> ReducedSpan:
    if len(message.trace_id) != 16 or len(message.span_id) != 8:
        raise CodecError("these bytes are no span")
    return ReducedSpan(
        trace_id=message.trace_id,
        span_id=message.span_id,
        parent_id=message.parent_id,
        start=message.start,
        end=message.end,
        dialect=message.dialect,
        role=Role(message.role),
        agent=message.agent if message.HasField("agent") else None,
        turn_key=message.turn_key if message.HasField("turn_key") else None,
        links=tuple((link.trace_id, link.span_id) for link in message.links),
        keys=tuple(SessionKey(KeyKind(key.kind), key.value) for key in message.keys),
        scope=message.scope,
        service=message.service if message.HasField("service") else None,
        service_version=message.service_version if message.HasField("service_version") else None,
        agent_version=message.agent_version if message.HasField("agent_version") else None,
        journey=message.journey if message.HasField("journey") else None,
        tool=message.tool if message.HasField("tool") else None,
        handoff=_hint(message.handoff) if message.HasField("handoff") else None,
        order=message.order if message.HasField("order") else None,
        problems=tuple(map(Reason, message.problems)),
        fingerprints={
            Side(context.side): packed(context.fingerprint) for context in message.contexts
        },
    )


def _hint(message: pb.HandoffHint) -> HandoffHint:
    return HandoffHint(
        id=message.id if message.HasField("id") else None,
        source=message.source if message.HasField("source") else None,
        target=message.target if message.HasField("target") else None,
        mode=Mode(message.mode) if message.HasField("mode") else None,
        rule=message.rule if message.HasField("rule") else None,
        sequence=message.sequence if message.HasField("sequence") else None,
    )


def _text(text: str | None) -> str | None:
    return None if text is None else valid_text(text)
