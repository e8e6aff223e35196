"""Bytes of a file -> OTLP requests, whatever way they were written.

In: a stream.  Out: requests one by one, and a `Flaw` for each piece that is none. Understood are
JSON lines (one request a line), one JSON document or an array of them, protobuf (one request, or
several written one after another), and protobuf with a length before each (as the file exporter
of the OpenTelemetry Collector writes it).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar

import orjson
from google.protobuf.message import DecodeError, Message
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from intact_collector.receive.decode import decode_logs, decode_traces
from intact_collector.receive.refusal import Refused
from intact_collector.receive.request import Media

M = TypeVar("M", bound=Message)

_BOM = b"\xef\xbb\xbf"
_FIRST_FIELD = 0x0A  # of both requests: the list of resources
_PREFIX = 4
_TRACE_ID = 16


class Peekable(Protocol):
    """A stream of bytes that shows what comes next without taking it."""

    def peek(self, size: int, /) -> bytes: ...
    def read(self) -> bytes: ...
    def __iter__(self) -> Iterator[bytes]: ...


@dataclass(frozen=True, slots=True)
class Traces:
    request: ExportTraceServiceRequest


@dataclass(frozen=True, slots=True)
class Logs:
    request: ExportLogsServiceRequest


@dataclass(frozen=True, slots=True)
class Metrics:
    """Metrics show no handoff; they are counted."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """A piece that could not be read. The message names its place, never what stands there."""

    message: str


Found = Traces | Logs | Metrics | Flaw


def requests(file: Peekable) -> Iterator[Found]:
    """Every request of a file, in order. Reads JSON line by line, protobuf as a whole."""
    head = file.peek(64)[:64].removeprefix(_BOM).lstrip()
    if not head:
        # A page of blanks, or nothing.
        yield from _json_lines(iter(file.read().splitlines(keepends=True)))
    elif head[:1] in (b"{", b"["):
        yield from _json_lines(iter(file))
    else:
        yield from _protobuf(file.read())


def _json_lines(lines: Iterator[bytes]) -> Iterator[Found]:
    """One document a line; or one document over all lines, which the first line gives away."""
    first = True
    for number, raw in enumerate(lines, 1):
        line = raw.removeprefix(_BOM).strip()
        if not line:
            continue
        try:
            document = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            if first and (line.startswith(b"[") or not line.endswith(b"}")):
                yield from _one_document(line + b"\n" + b"".join(lines), number)
                return
            yield Flaw(f"line {number} is no JSON, or was cut (column {error.colno})")
        else:
            yield from _documents(document, line, f"line {number}")
        first = False


def _one_document(data: bytes, line: int) -> Iterator[Found]:
    try:
        document = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        place = f"line {error.lineno + line - 1}, column {error.colno}"
        yield Flaw(f"the JSON is damaged, or was cut ({place})")
    else:
        yield from _documents(document, data, "the document")


def _documents(document: object, data: bytes, place: str) -> Iterator[Found]:
    if isinstance(document, list):
        for number, item in enumerate(document, 1):
            yield _request(item, orjson.dumps(item), f"{place}, item {number}")
    else:
        yield _request(document, data, place)


def _request(document: object, data: bytes, place: str) -> Found:
    if not isinstance(document, dict):
        return Flaw(f"{place} is JSON, but no OTLP request")
    try:
        if "resourceSpans" in document:
            return Traces(decode_traces(data, Media.JSON))
        if "resourceLogs" in document:
            return Logs(decode_logs(data, Media.JSON))
    except Refused as refused:
        return Flaw(f"{place}: {refused}")
    if "resourceMetrics" in document:
        return Metrics()
    if "resource_spans" in document or "resource_logs" in document:
        return Flaw(f"{place} has snake_case keys: OTLP/JSON is written in lowerCamelCase")
    if not document:
        return Traces(ExportTraceServiceRequest())
    return Flaw(f"{place} is JSON, but no OTLP request: it has no resourceSpans")


def _protobuf(data: bytes) -> Iterator[Found]:
    """Concatenated messages are one message to protobuf, so they need no telling apart."""
    framed = _frames(data) if data[0] != _FIRST_FIELD else [data]
    if framed is None:
        yield Flaw("neither OTLP/JSON nor OTLP protobuf")
        return
    for number, frame in enumerate(framed, 1):
        place = f"message {number}" if len(framed) > 1 else "the content"
        yield _message(frame, place)


def _message(data: bytes, place: str) -> Found:
    """Requests of all signals look alike from outside: what has trace ids is a trace request."""
    traces = _parsed(data, ExportTraceServiceRequest())
    spans = [] if traces is None else _spans(traces)
    if traces is not None and any(len(span.trace_id) == _TRACE_ID for span in spans):
        return Traces(traces)
    logs = _parsed(data, ExportLogsServiceRequest())
    records = [] if logs is None else _log_records(logs)
    told = any(record.HasField("body") or record.time_unix_nano for record in records)
    if logs is not None and told:
        return Logs(logs)
    if traces is None or logs is None:
        return Flaw(f"{place} is no OTLP protobuf, or was cut")
    if spans or not data:
        return Flaw(f"{place} is protobuf, but no OTLP trace or log request")
    return Traces(traces)


def _parsed(data: bytes, message: M) -> M | None:
    try:
        message.ParseFromString(data)
    except DecodeError:
        return None
    return message


def _spans(traces: ExportTraceServiceRequest) -> list[Span]:
    return [
        span for one in traces.resource_spans for scope in one.scope_spans for span in scope.spans
    ]


def _frames(data: bytes) -> list[bytes] | None:
    """Messages with a 4-byte length before each, or None when the bytes are nothing like it."""
    frames: list[bytes] = []
    at = 0
    while at < len(data):
        end = at + _PREFIX + int.from_bytes(data[at : at + _PREFIX], "big")
        if data[at + _PREFIX : at + _PREFIX + 1] != bytes([_FIRST_FIELD]):
            return None
        frames.append(data[at + _PREFIX : end])
        at = end
    return frames


def _log_records(logs: ExportLogsServiceRequest) -> list[LogRecord]:
    return [
        record
        for one in logs.resource_logs
        for scope in one.scope_logs
        for record in scope.log_records
    ]
