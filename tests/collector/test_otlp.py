"""From OTLP requests to neutral spans: what is read, and what is skipped and counted."""

from __future__ import annotations

from collections import Counter

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import (
    AnyValue,
    ArrayValue,
    KeyValue,
    KeyValueList,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from intact_collector.otlp import BAD_ID, UNCLAIMED_SCOPE, neutral_spans, plain, raw_spans


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
