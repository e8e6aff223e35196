"""From OTLP requests to neutral spans: what is read, and what is skipped and counted."""

from __future__ import annotations

from collections import Counter

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import (
    AnyValue,
    ArrayValue,
    KeyValue,
    KeyValueList,
)
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from intact_collector.otlp import (
    BAD_ID,
    NO_SPAN,
    UNCLAIMED_RECORD,
    UNCLAIMED_SCOPE,
    neutral_spans,
    plain,
    raw_records,
    raw_spans,
)


def request(scope: str, *spans: Span) -> ExportTraceServiceRequest:
    made = ExportTraceServiceRequest()
    scope_spans = made.resource_spans.add().scope_spans.add()
    scope_spans.scope.name = scope
    scope_spans.spans.extend(spans)
    return made


def a_span(**fields: object) -> Span:
    whole = {"trace_id": b"t" * 16, "span_id": b"s" * 8, "name": "n", **fields}
    return Span(**whole)  # type: ignore[arg-type]


def test_spans_of_other_instrumentations_are_counted_and_left_alone() -> None:
    """Their attributes are not decoded."""
    skipped: Counter[str] = Counter()
    assert list(neutral_spans(request("http", a_span(), a_span()), skipped)) == []
    assert skipped == {UNCLAIMED_SCOPE: 2}


def test_spans_with_broken_ids_are_counted() -> None:
    """Too short, or all zero; a parent of zeros is no parent."""
    skipped: Counter[str] = Counter()
    bad = [
        a_span(trace_id=b"t"),
        a_span(span_id=b""),
        a_span(span_id=b"\0" * 8),
        a_span(trace_id=b"\0" * 16),
        a_span(parent_span_id=b"p"),
    ]
    found = list(raw_spans(request("intact", *bad, a_span(parent_span_id=b"\0" * 8)), skipped))
    assert [span.parent_id for span in found] == [b""]
    assert skipped == {BAD_ID: 5}


def test_attribute_values_of_every_type_become_plain() -> None:
    """Nested ones too; of a repeated key the last one counts."""
    nested = AnyValue(
        kvlist_value=KeyValueList(
            values=[
                KeyValue(
                    key="k", value=AnyValue(array_value=ArrayValue(values=[AnyValue(int_value=1)]))
                )
            ]
        )
    )
    attributes = [
        KeyValue(key="a", value=AnyValue(string_value="old")),
        KeyValue(key="a", value=AnyValue(string_value="x")),
        KeyValue(key="b", value=AnyValue(bool_value=True)),
        KeyValue(key="c", value=AnyValue(double_value=1.5)),
        KeyValue(key="d", value=AnyValue(bytes_value=b"\x00")),
        KeyValue(key="e", value=nested),
        KeyValue(key="f"),
    ]
    assert plain(attributes) == {
        "a": "x",
        "b": True,
        "c": 1.5,
        "d": b"\x00",
        "e": {"k": [1]},
        "f": None,
    }


def test_links_and_dropped_attributes_are_carried() -> None:
    """A link with a broken id is none."""
    links = [
        Span.Link(trace_id=b"l" * 16, span_id=b"k" * 8),
        Span.Link(trace_id=b"l", span_id=b"k"),
    ]
    (found,) = raw_spans(request("intact", a_span(links=links, dropped_attributes_count=3)))
    assert found.links == ((b"l" * 16, b"k" * 8),)
    assert found.dropped_attributes == 3


def test_a_scope_that_nobody_names_is_read_when_it_speaks_the_conventions() -> None:
    """Its other spans are counted; another scope is not even looked into."""
    agent = a_span(
        attributes=[
            KeyValue(key="gen_ai.operation.name", value=AnyValue(string_value="invoke_agent")),
            KeyValue(key="gen_ai.agent.name", value=AnyValue(string_value="triage")),
        ]
    )
    skipped: Counter[str] = Counter()
    (found,) = neutral_spans(request("acme", agent, a_span(span_id=b"o" * 8)), skipped)
    assert (found.agent, found.dialect) == ("triage", "generic")
    assert skipped == {"unclaimed_span": 1}


def test_only_events_of_the_conventions_are_decoded() -> None:
    """Exceptions hold stack traces and what users typed."""
    events = [
        Span.Event(name="exception", attributes=[KeyValue(key="exception.message")]),
        Span.Event(name="gen_ai.choice", attributes=[KeyValue(key="message")]),
    ]
    (found,) = raw_spans(request("intact", a_span(events=events)))
    assert [event.name for event in found.events] == ["gen_ai.choice"]


def records(*found: LogRecord) -> ExportLogsServiceRequest:
    made = ExportLogsServiceRequest()
    scope = made.resource_logs.add().scope_logs.add()
    scope.scope.name = "acme"
    scope.log_records.extend(found)
    return made


def a_record(name: str, time: int, **fields: object) -> LogRecord:
    whole = {"trace_id": b"t" * 16, "span_id": b"s" * 8, **fields}
    return LogRecord(event_name=name, time_unix_nano=time, **whole)  # type: ignore[arg-type]


def test_messages_in_records_of_one_span_come_together_and_the_others_are_counted() -> None:
    """As a child of that span, under an id that the same records have again."""
    skipped: Counter[str] = Counter()
    asked = a_record("gen_ai.user.message", 5, body=AnyValue(string_value="Hi"))
    named = a_record("", 7)
    named.attributes.add(key="event.name").value.string_value = "gen_ai.choice"
    others = [a_record("user.clicked", 6), a_record("gen_ai.choice", 6, span_id=b"")]
    request = records(asked, named, *others)
    ((found, count),) = raw_records(request, skipped)
    assert (found.parent_id, found.start, found.end, count) == (b"s" * 8, 5, 7, 2)
    assert [(event.name, event.body) for event in found.events] == [
        ("gen_ai.user.message", "Hi"),
        ("gen_ai.choice", None),
    ]
    assert skipped == {UNCLAIMED_RECORD: 1, NO_SPAN: 1}
    assert next(raw_records(request))[0].span_id == found.span_id
    assert next(raw_records(records(asked)))[0].span_id != found.span_id
