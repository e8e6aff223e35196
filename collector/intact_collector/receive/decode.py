"""Bytes -> OTLP requests.

In: a body (already inflated) and how it is written. Out: the request class of opentelemetry-proto,
or `Refused` without a piece of the body. Also for those who read OTLP from files. Knows nothing of
sockets, ids or limits on sizes.
"""

from __future__ import annotations

from typing import Final, TypeVar

from google.protobuf.message import DecodeError, Message
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from intact_collector.receive.limits import Limits
from intact_collector.receive.otlp_json import from_json
from intact_collector.receive.refusal import Reason, Refused
from intact_collector.receive.request import Media

M = TypeVar("M", bound=Message)

#: As deep as protobuf's parser goes.
_DEPTH: Final = Limits().max_depth


def decode_traces(body: bytes, media: Media, max_depth: int = _DEPTH) -> ExportTraceServiceRequest:
    """Decode one trace request.

    Raises:
        Refused: the bytes are not such a request.
    """
    return _decode(body, media, ExportTraceServiceRequest, max_depth)


def decode_logs(body: bytes, media: Media, max_depth: int = _DEPTH) -> ExportLogsServiceRequest:
    """Decode one log request.

    Raises:
        Refused: the bytes are not such a request.
    """
    return _decode(body, media, ExportLogsServiceRequest, max_depth)


def _decode(body: bytes, media: Media, kind: type[M], max_depth: int) -> M:
    if media is Media.JSON:
        return from_json(body, kind, max_depth)
    try:
        return kind.FromString(body)
    except DecodeError:
        # The parser's own message may quote what it read.
        raise Refused(
            Reason.MALFORMED, f"the body is not a protobuf {kind.DESCRIPTOR.name}"
        ) from None
