"""OTLP requests go in, neutral spans come out: the edge between protobuf and the pure rooms.

Attributes are decoded only for spans whose scope a dialect claims. Of other scopes the bytes are
searched for the two attribute names by which agents and model calls show themselves: the spans of
a web framework or a database client cost that search. Everything that is skipped is counted under
its reason.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from typing import NamedTuple

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.trace.v1.trace_pb2 import ScopeSpans, Span

from intact_collector.dialects import genai, generic
from intact_collector.dialects.choose import claims, neutral
from intact_collector.dialects.raw import RawEvent, RawSpan
from intact_collector.dialects.unseen import with_unseen
from intact_collector.model.span import NeutralSpan

#: Why a span was skipped.
UNCLAIMED_SCOPE = "unclaimed_scope"  # no dialect reads this instrumentation
UNCLAIMED_SPAN = "unclaimed_span"  # of a scope that several instrumentations use, none of ours
BAD_ID = "bad_id"

#: Why a log record was skipped.
UNCLAIMED_RECORD = "unclaimed"  # no message of a model call, as far as its event name says
NO_SPAN = "no_span"  # it names no span to which its content would belong

_TRACE_ID, _SPAN_ID = 16, 8
_MESSAGES = "gen_ai."
_DEPTH = 32  # of nested attribute values; deeper ones are left out


class Bare(NamedTuple):
    """A span's place in the tree, of which nothing else is looked at."""

    trace_id: bytes
    span_id: bytes
    parent_id: bytes
    start: int
    end: int


def neutral_spans(
    request: ExportTraceServiceRequest, skipped: Counter[str] | None = None
) -> Iterator[NeutralSpan]:
    """The spans of a request in Intact's words, content still attached.

    ``skipped`` counts the others by reason; it is complete when the iterator is exhausted.
    """
    counts = Counter() if skipped is None else skipped
    for raw in raw_spans(request, counts):
        span = neutral(raw)
        if span is None:
            counts[UNCLAIMED_SPAN] += 1
        else:
            yield from with_unseen(span)


def raw_spans(
    request: ExportTraceServiceRequest,
    skipped: Counter[str] | None = None,
    bare: Callable[[Bare], object] | None = None,
) -> Iterator[RawSpan]:
    """The spans of a request that some dialect claims, with their attributes as plain values.

    ``bare`` is told the place in the tree of each of the others that has a parent.
    """
    counts = Counter() if skipped is None else skipped
    for resource_spans in request.resource_spans:
        resource: dict[str, object] | None = None
        for scope_spans in resource_spans.scope_spans:
            scope = scope_spans.scope.name
            if not claims(scope) and (scope.startswith(generic.NEVER) or not _speaks(scope_spans)):
                counts[UNCLAIMED_SCOPE] += len(scope_spans.spans)
                if bare is not None:
                    _tell(scope_spans, bare)
                continue
            if resource is None:
                resource = plain(resource_spans.resource.attributes)
            for span in scope_spans.spans:
                if _has_ids(span):
                    yield _raw(span, scope, resource)
                else:
                    counts[BAD_ID] += 1


def _tell(scope_spans: ScopeSpans, bare: Callable[[Bare], object]) -> None:
    for span in scope_spans.spans:
        parent = span.parent_span_id
        if len(parent) == _SPAN_ID and len(span.span_id) == _SPAN_ID:
            bare(
                Bare(
                    span.trace_id,
                    span.span_id,
                    parent,
                    span.start_time_unix_nano,
                    span.end_time_unix_nano,
                )
            )


def raw_records(
    request: ExportLogsServiceRequest, skipped: Counter[str] | None = None
) -> Iterator[tuple[RawSpan, int]]:
    """The messages in log records, those of one span together, and how many records these are.

    What is given stands for the records: its parent is the span that they belong to, its events
    are the records. The same records give the same id, so that what is sent twice is told once; no
    content is in it.
    """
    counts = Counter() if skipped is None else skipped
    for resource_logs in request.resource_logs:
        resource: dict[str, object] | None = None
        for scope_logs in resource_logs.scope_logs:
            by_span: defaultdict[tuple[bytes, bytes], list[LogRecord]] = defaultdict(list)
            for record in scope_logs.log_records:
                if not _event_name(record).startswith(_MESSAGES):
                    counts[UNCLAIMED_RECORD] += 1
                elif len(record.trace_id) != _TRACE_ID or len(record.span_id) != _SPAN_ID:
                    counts[NO_SPAN] += 1
                else:
                    by_span[record.trace_id, record.span_id].append(record)
            for (trace_id, span_id), records in by_span.items():
                if resource is None:
                    resource = plain(resource_logs.resource.attributes)
                raw = _together(trace_id, span_id, records, scope_logs.scope.name, resource)
                yield raw, len(records)


def _together(
    trace_id: bytes,
    span_id: bytes,
    records: Sequence[LogRecord],
    scope: str,
    resource: dict[str, object],
) -> RawSpan:
    times = [record.time_unix_nano or record.observed_time_unix_nano for record in records]
    identity = blake2b(span_id, digest_size=_SPAN_ID, person=b"intact.records")
    for record, time in zip(records, times, strict=True):
        identity.update(time.to_bytes(8, "big") + _event_name(record).encode() + b"\0")
    events = tuple(
        RawEvent(
            _event_name(record),
            plain(record.attributes),
            _value(record.body, _DEPTH) if record.HasField("body") else None,
        )
        for record in records
    )
    shared: dict[str, object] = {}
    for event in events:
        shared.update(event.attributes)
    return RawSpan(
        trace_id=trace_id,
        span_id=identity.digest(),
        parent_id=span_id,
        start=min(times),
        end=max(times),
        name="",
        scope=scope,
        attributes={name: shared[name] for name in shared if name not in genai.CONTENT},
        resource=resource,
        events=events,
        dropped_attributes=sum(record.dropped_attributes_count for record in records),
    )


def _event_name(record: LogRecord) -> str:
    """The name of an event; before it had a field of its own it was an attribute."""
    if record.event_name:
        return record.event_name
    named = (one.value.string_value for one in record.attributes if one.key == "event.name")
    return next(named, "")


def _speaks(scope_spans: ScopeSpans) -> bool:
    """Whether any span of a scope may be one of the generic dialect's.

    Writing the bytes again and searching them is many times cheaper than one step of Python for
    each attribute.
    """
    data = scope_spans.SerializeToString()
    return any(trace in data for trace in generic.TRACES)


def plain(attributes: Sequence[KeyValue]) -> dict[str, object]:
    """OTLP attributes as a dict of plain values; of a repeated key the last one counts."""
    return {attribute.key: _value(attribute.value, _DEPTH) for attribute in attributes}


def _has_ids(span: Span) -> bool:
    return (
        len(span.trace_id) == _TRACE_ID
        and len(span.span_id) == _SPAN_ID
        and len(span.parent_span_id) in (0, _SPAN_ID)
        and any(span.trace_id)
        and any(span.span_id)
    )


def _raw(span: Span, scope: str, resource: dict[str, object]) -> RawSpan:
    return RawSpan(
        trace_id=span.trace_id,
        span_id=span.span_id,
        parent_id=span.parent_span_id if any(span.parent_span_id) else b"",
        start=span.start_time_unix_nano,
        end=span.end_time_unix_nano,
        name=span.name,
        scope=scope,
        attributes=plain(span.attributes),
        resource=resource,
        links=tuple(
            (link.trace_id, link.span_id)
            for link in span.links
            if len(link.trace_id) == _TRACE_ID and len(link.span_id) == _SPAN_ID
        ),
        dropped_attributes=span.dropped_attributes_count,
        events=tuple(
            RawEvent(event.name, plain(event.attributes))
            for event in span.events
            if event.name.startswith(_MESSAGES)  # others hold stack traces and what users typed
        ),
    )


def _value(value: AnyValue, depth: int) -> object:
    kind = value.WhichOneof("value")
    if kind is None or depth == 0:
        return None
    if kind == "array_value":
        return [_value(item, depth - 1) for item in value.array_value.values]
    if kind == "kvlist_value":
        return {item.key: _value(item.value, depth - 1) for item in value.kvlist_value.values}
    return getattr(value, kind)
