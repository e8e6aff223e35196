"""Recordings of real frameworks decode, and broken protobuf does not."""

import pytest

from intact_collector.receive.decode import decode_logs, decode_traces
from intact_collector.receive.refusal import Reason, Refused
from intact_collector.receive.request import Media
from tests.collector.receive.harness import GOLDEN, one_span


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("google-adk__native-v2-content-in-logs__full.jsonl", 11),
        ("langgraph__otel-genai-langchain__goto_full.jsonl", 5),
    ],
)
def test_a_recording_of_spans_decodes(name: str, expected: int) -> None:
    """Every span is there, with ids of the right size, and survives a turn through protobuf."""
    found = 0
    for line in (GOLDEN / name).read_bytes().splitlines():
        request = decode_traces(line, Media.JSON)
        for resource in request.resource_spans:
            for scope in resource.scope_spans:
                found += len(scope.spans)
                assert {len(span.trace_id) for span in scope.spans} == {16}
                assert {len(span.span_id) for span in scope.spans} == {8}
        assert decode_traces(request.SerializeToString(), Media.PROTOBUF) == request
    assert found == expected


def test_a_recording_of_logs_decodes() -> None:
    """Bodies that are maps and lists come through."""
    records = []
    recording = GOLDEN / "agent-framework__native-handoff__lossy.logs.jsonl"
    for line in recording.read_bytes().splitlines():
        request = decode_logs(line, Media.JSON)
        assert decode_logs(request.SerializeToString(), Media.PROTOBUF) == request
        records += [
            record
            for resource in request.resource_logs
            for scope in resource.scope_logs
            for record in scope.log_records
        ]
    assert len(records) > 1
    assert all(record.event_name or record.body.WhichOneof("value") for record in records)


def test_an_empty_protobuf_body_is_an_empty_request() -> None:
    """That is how protobuf writes a message without fields."""
    assert not decode_traces(b"", Media.PROTOBUF).resource_spans


def test_every_truncation_of_a_request_is_decoded_or_refused() -> None:
    """A cut request is refused unless the cut falls between two fields."""
    body = one_span(name="secret").SerializeToString()
    refused = 0
    for end in range(1, len(body)):
        with pytest.raises(Refused) as caught:
            decode_traces(body[:end], Media.PROTOBUF)
        assert caught.value.refusal.reason is Reason.MALFORMED
        assert "secret" not in str(caught.value)
        refused += 1
    assert refused == len(body) - 1


def test_text_in_protobuf_has_to_be_utf_8() -> None:
    """Refused here, so that no later room meets half a character."""
    body = one_span(name="aaaa").SerializeToString().replace(b"aaaa", b"\xff\xff\xff\xff")
    with pytest.raises(Refused):
        decode_traces(body, Media.PROTOBUF)
