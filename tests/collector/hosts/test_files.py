"""Files of telemetry, in every way that they are written, and in some that they should not be."""

from __future__ import annotations

import gzip
import io
import json
import sys
from pathlib import Path

import pytest
from google.protobuf.message import Message
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from intact.model.measurement import Reason, Verdict
from intact_collector.dialects.choose import REGISTRY
from intact_collector.dialects.registry import Broken
from intact_collector.errors import UnreadableFile
from intact_collector.hosts.files import Reading, read_files
from intact_collector.receive.decode import decode_traces
from intact_collector.receive.request import Media
from intact_collector.report import to_json
from tests.golden import recordings

NAME = "pydantic-ai__native__full"
LINES = (recordings.FOLDER / f"{NAME}.jsonl").read_bytes().splitlines(keepends=True)
REQUESTS: list[ExportTraceServiceRequest] = [decode_traces(line, Media.JSON) for line in LINES]


def read(path: Path, data: bytes) -> Reading:
    """Read one file with this content."""
    path.write_bytes(data)
    return read_files([path])


def pb(messages: list[Message]) -> list[bytes]:
    """Each message in bytes."""
    return [message.SerializeToString() for message in messages]


def framed(messages: list[bytes]) -> bytes:
    """A length before each message, as the Collector's file exporter writes it."""
    return b"".join(len(data).to_bytes(4, "big") + data for data in messages)


def indented(documents: list[bytes]) -> bytes:
    """One array over many lines."""
    return json.dumps([json.loads(one) for one in documents], indent=2).encode()


FORMS = {
    "JSON lines": b"".join(LINES),
    "JSON lines without a newline at the end": b"".join(LINES).rstrip(),
    "JSON lines with blank lines and a byte order mark": b"\xef\xbb\xbf\n" + b"\r\n".join(LINES),
    "an array": b"[" + b",".join(LINES) + b"]",
    "an array over many lines": indented(LINES),
    "protobuf, one request after another": b"".join(pb(REQUESTS)),
    "protobuf with lengths": framed(pb(REQUESTS)),
    "gzip of JSON lines": gzip.compress(b"".join(LINES)),
    "gzip of protobuf": gzip.compress(b"".join(pb(REQUESTS))),
    "gzip of several parts": b"".join(gzip.compress(line) for line in LINES),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_otlp_is_read_the_same(form: str, tmp_path: Path) -> None:
    """What it is written in does not matter."""
    reading = read(tmp_path / "traces", FORMS[form])
    expected = read_files([recordings.FOLDER / f"{NAME}.jsonl"])
    assert to_json(reading.sessions) == to_json(expected.sessions)
    assert reading.notes == []
    assert [len(one.handoffs) for one in reading.sessions] == [2]


def test_one_document_over_many_lines_is_read(tmp_path: Path) -> None:
    """As people write it who have looked into it."""
    data = json.dumps(json.loads(LINES[0]), indent=2).encode()
    assert read(tmp_path / "traces", data).spans == read(tmp_path / "line", LINES[0]).spans > 0


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dash is a pipe, plain or compressed."""
    for data in (FORMS["JSON lines"], FORMS["gzip of JSON lines"]):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        assert len(read_files(["-"]).sessions) == 1


def test_files_are_read_together(tmp_path: Path) -> None:
    """Parts of one session may lie in several files, in any order."""
    names = []
    for number, line in enumerate(reversed(LINES)):
        names.append(tmp_path / f"part{number}.jsonl")
        names[-1].write_bytes(line)
    assert to_json(read_files(names).sessions) == to_json(
        read_files([recordings.FOLDER / f"{NAME}.jsonl"]).sessions
    )


def test_a_cut_last_line_is_noted_and_the_rest_is_read(tmp_path: Path) -> None:
    """A file that is still being written."""
    lines = b"".join(LINES)
    reading = read(tmp_path / "traces", lines + LINES[0][: len(LINES[0]) // 2])
    assert len(reading.sessions) == 1
    (note,) = reading.notes
    assert f"line {len(LINES) + 1}" in note
    assert reading.skipped["unreadable_line"] == 1


def test_a_cut_gzip_file_is_noted_and_the_rest_is_read(tmp_path: Path) -> None:
    """The part that can be inflated is worth having."""
    whole = gzip.compress(LINES[0]) + gzip.compress(LINES[1])
    reading = read(tmp_path / "traces", whole[:-20])
    assert reading.spans > 0
    assert any("ends early" in note for note in reading.notes)


def test_a_broken_line_in_between_costs_that_line(tmp_path: Path) -> None:
    """Two writers in one file."""
    reading = read(tmp_path / "traces", LINES[0] + b"{oops}\n" + b"".join(LINES[1:]))
    assert len(reading.sessions) == 1
    assert reading.skipped["unreadable_line"] == 1


WRONG = {
    "words": (b"hello, this is a letter\n", "neither OTLP/JSON nor OTLP protobuf"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), "neither"),
    "other JSON": (b'{"a": 1}\n', "no resourceSpans"),
    "a JSON array of numbers": (b"[1, 2]", "no OTLP request"),
    "snake case": (b'{"resource_spans": []}', "lowerCamelCase"),
    "cut JSON": (LINES[0][:200], "cut"),
    "cut JSON over many lines": (indented(LINES)[:400], "line"),
    "cut protobuf": (pb(REQUESTS)[0][:-7], "cut"),
    "protobuf of something else": (b"\x0a\x03abc\x12\x02hi", "no OTLP"),
    "a wrong type": (b'{"resourceSpans": 7}', "resourceSpans"),
    "damaged gzip": (b"\x1f\x8b" + bytes(30), "compressed data"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_no_otlp_is_named(kind: str, tmp_path: Path) -> None:
    """The message says which file and what is wrong, and shows nothing of the content."""
    data, reason = WRONG[kind]
    with pytest.raises(UnreadableFile) as error:
        read(tmp_path / "traces.jsonl", data)
    assert reason in str(error.value)
    assert str(tmp_path / "traces.jsonl") in str(error.value)
    assert "Dana" not in str(error.value)


def test_a_missing_file_and_a_directory_are_named(tmp_path: Path) -> None:
    """The operating system's own words."""
    for path in (tmp_path / "absent.jsonl", tmp_path):
        with pytest.raises(UnreadableFile, match=str(path)):
            read_files([path])


def test_an_empty_file_is_no_error(tmp_path: Path) -> None:
    """Nothing was recorded yet."""
    for data in (b"", b"\n \n"):
        reading = read(tmp_path / "traces", data)
        assert reading.sessions == []
        assert any("empty" in note for note in reading.notes)


def test_logs_and_metrics_are_counted(tmp_path: Path) -> None:
    """They are no error, and they are said to be left out."""
    logs = {"resourceLogs": [{"scopeLogs": [{"logRecords": [{"body": {"stringValue": "x"}}]}]}]}
    lines = [json.dumps(logs), json.dumps({"resourceMetrics": []})]
    reading = read(tmp_path / "traces", "\n".join(lines).encode())
    assert (reading.skipped["log_record"], reading.skipped["metrics"]) == (1, 1)
    assert len(reading.notes) == 2


def test_content_in_a_file_of_logs_is_that_of_the_spans_in_another(tmp_path: Path) -> None:
    """In either order of the two; without it the handoffs are there and not measured."""
    name = "google-adk__native-v2-content-in-logs__full"
    spans = recordings.FOLDER / f"{name}.jsonl"
    logs = recordings.FOLDER / f"{name}.logs.jsonl"
    whole = [to_json(read_files(paths).sessions) for paths in ([spans, logs], [logs, spans])]
    assert whole[0] == whole[1]
    (session,) = read_files([spans, logs]).sessions
    assert [one.measurement.verdict for one in session.handoffs] == [Verdict.INTACT] * 2
    (alone,) = read_files([spans]).sessions
    assert [one.measurement.reason for one in alone.handoffs] == [Reason.CONTENT_OFF] * 2
    assert alone.spans == session.spans


def test_a_dialect_that_cannot_be_loaded_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package that broke with an update must not go unnoticed."""
    monkeypatch.setattr(REGISTRY, "broken", [Broken("acme", "ImportError: no acme")])
    reading = read(tmp_path / "traces", LINES[0])
    assert "the dialect acme is left out: ImportError: no acme" in reading.notes


def test_telemetry_without_agents_says_so(tmp_path: Path) -> None:
    """Spans of a web framework are skipped and counted."""
    span = {"traceId": "11" * 16, "spanId": "22" * 8, "name": "GET /"}
    scopes = [{"scope": {"name": "opentelemetry.instrumentation.asgi"}, "spans": [span]}]
    data = json.dumps({"resourceSpans": [{"scopeSpans": scopes}]}).encode()
    reading = read(tmp_path / "traces", data)
    assert reading.sessions == []
    assert reading.notes == ["1 spans belong to instrumentations that name no agents"]


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=300))
def test_no_bytes_make_it_fail_otherwise(
    data: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever a file holds: a reading, or one error that names the file."""
    path = tmp_path_factory.mktemp("any") / "file"
    try:
        read(path, data)
    except UnreadableFile as error:
        assert str(path) in str(error)
