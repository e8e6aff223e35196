"""The bytes of the answers.

In: what became of a request. Out: bodies as the OTLP specification wants them, in the encoding of
the request: an `Export…ServiceResponse` (empty when all is well), or a `google.rpc.Status`.
"""

from __future__ import annotations

from typing import Final

import orjson
from google.protobuf.duration_pb2 import Duration
from google.rpc.error_details_pb2 import RetryInfo  # type: ignore[import-untyped]
from google.rpc.status_pb2 import Status  # type: ignore[import-untyped]
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from intact_collector.ports import Accepted
from intact_collector.receive.refusal import Refusal
from intact_collector.receive.request import Media, Signal

#: Clients limit what they read, and a message is for a person.
_LONGEST_MESSAGE: Final = 1000


def success(signal: Signal, accepted: Accepted, media: Media) -> bytes:
    """The body of a 200: empty (`{}`) unless something was rejected or is to be said."""
    message = accepted.message[:_LONGEST_MESSAGE]
    partial = bool(accepted.rejected or message)
    if media is Media.JSON:
        if not partial:
            return b"{}"
        rejected = "rejectedSpans" if signal is Signal.TRACES else "rejectedLogRecords"
        # A 64-bit number is a string in OTLP/JSON.
        body = {rejected: str(accepted.rejected), "errorMessage": message}
        return orjson.dumps({"partialSuccess": body})
    if not partial:
        return b""
    if signal is Signal.TRACES:
        traces = ExportTraceServiceResponse()
        traces.partial_success.rejected_spans = accepted.rejected
        traces.partial_success.error_message = message
        return traces.SerializeToString()
    logs = ExportLogsServiceResponse()
    logs.partial_success.rejected_log_records = accepted.rejected
    logs.partial_success.error_message = message
    return logs.SerializeToString()


def failure(refusal: Refusal, media: Media) -> bytes:
    """The `google.rpc.Status` of a refusal, with `RetryInfo` where trying again helps."""
    code: int = refusal.grpc_status.value[0]
    message = refusal.message[:_LONGEST_MESSAGE]
    if media is Media.JSON:
        status: dict[str, object] = {"code": code, "message": message}
        if refusal.retry_after is not None:
            status["details"] = [
                {
                    "@type": "type.googleapis.com/google.rpc.RetryInfo",
                    "retryDelay": f"{refusal.retry_after:g}s",
                }
            ]
        return orjson.dumps(status)
    proto = Status(code=code, message=message)
    if refusal.retry_after is not None:
        proto.details.add().Pack(retry_info(refusal.retry_after))
    data: bytes = proto.SerializeToString()
    return data


def retry_info(seconds: float) -> RetryInfo:
    """How long the client should wait, as gRPC clients read it."""
    delay = Duration()
    delay.FromNanoseconds(int(seconds * 1e9))
    return RetryInfo(retry_delay=delay)
