"""Items with impossible ids leave, with a count and a reason; all others stay as they are."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

from intact_collector.receive.validate import check_logs, check_spans
from tests.collector.receive.harness import spans

TRACE = b"\x01" * 16
SPAN = b"\x02" * 8


def names(request: Any) -> list[str]:
    return [
        span.name
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [
        ("trace_id", b"", "trace id"),
        ("trace_id", b"\x01" * 15, "trace id"),
        ("trace_id", bytes(16), "trace id"),
        ("span_id", b"", "span id"),
        ("span_id", b"\x01" * 7, "span id"),
        ("span_id", b"\x01" * 9, "span id"),
        ("span_id", bytes(8), "span id"),
        ("parent_span_id", b"\x01" * 16, "parent span id"),
    ],
)
def test_an_impossible_id_costs_its_span_only(field: str, value: bytes, word: str) -> None:
    """The message counts and gives the reason, without a name."""
    request = spans({"name": "first"}, {"name": "bad", field: value}, {"name": "last"})
    checked = check_spans(request)
    assert names(request) == ["first", "last"]
    assert (checked.kept, checked.rejected) == (2, 1)
    assert checked.message("spans").startswith(f"1 of 3 spans refused: 1 with an invalid {word}")
    assert "bad" not in checked.message("spans")


ids = st.sampled_from([b"", bytes(8), SPAN, b"\x01", bytes(16), TRACE])


@given(st.lists(st.tuples(ids, ids, ids), max_size=8))
def test_any_mixture_is_sorted_as_one_span_at_a_time(mixture: list[tuple[bytes, bytes, bytes]]):
    """Oracle: the rules, written once more in the plainest way."""
    request = spans(
        *(
            {"trace_id": trace, "span_id": span, "parent_span_id": parent, "name": str(number)}
            for number, (trace, span, parent) in enumerate(mixture)
        )
    )
    expected = [
        str(number)
        for number, (trace, span, parent) in enumerate(mixture)
        if trace == TRACE and span == SPAN and parent in (b"", bytes(8), SPAN)
    ]
    checked = check_spans(request)
    assert names(request) == expected
    assert (checked.kept, checked.rejected) == (len(expected), len(mixture) - len(expected))


def test_a_parent_of_zeros_is_no_parent() -> None:
    """Some SDKs write "none" so."""
    request = spans({"parent_span_id": bytes(8)})
    assert check_spans(request).kept == 1
    assert request.resource_spans[0].scope_spans[0].spans[0].parent_span_id == b""


def test_an_impossible_link_leaves_its_span_in() -> None:
    """A link is a hint; without it the span still counts."""
    good = {"trace_id": TRACE, "span_id": SPAN}
    request = spans({"links": [good, {"trace_id": TRACE, "span_id": b"\x01"}, {}]})
    checked = check_spans(request)
    assert (checked.kept, checked.rejected, checked.links) == (1, 0, 2)
    links = request.resource_spans[0].scope_spans[0].spans[0].links
    assert [(link.trace_id, link.span_id) for link in links] == [(TRACE, SPAN)]


def test_an_empty_request_has_nothing_to_say() -> None:
    """Resources and scopes without items are legal."""
    request = spans()
    request.resource_spans.add()
    assert check_spans(request).message("spans") == ""


def test_log_records_need_no_ids_but_no_wrong_ones() -> None:
    """Records outside a span are ordinary; zeros mean "none"."""
    request = ExportLogsServiceRequest()
    records = request.resource_logs.add().scope_logs.add().log_records
    for name, trace, span in [
        ("none", b"", b""),
        ("both", TRACE, SPAN),
        ("zeros", bytes(16), bytes(8)),
        ("short trace", b"\x01", SPAN),
        ("short span", TRACE, b"\x01"),
    ]:
        records.add(event_name=name, trace_id=trace, span_id=span)
    checked = check_logs(request)
    kept = request.resource_logs[0].scope_logs[0].log_records
    assert [record.event_name for record in kept] == ["none", "both", "zeros"]
    assert (kept[2].trace_id, kept[2].span_id) == (b"", b"")
    assert (checked.kept, checked.rejected) == (3, 2)
    assert checked.message("log records").startswith("2 of 5 log records refused")
