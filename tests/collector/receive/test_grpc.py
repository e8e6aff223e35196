"""OTLP/gRPC as raw clients see it: status codes, trailing metadata and limits."""

import asyncio
import tracemalloc
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from intact_collector.ports import Overloaded
from intact_collector.receive.counters import Counter
from intact_collector.receive.limits import Limits
from tests.collector.receive.harness import (
    LOGS,
    METRICS,
    TRACES,
    Recorder,
    Running,
    bomb,
    eventually,
    one_span,
    receivers,
    spans,
)

MIB = 1 << 20
CODE = grpc.StatusCode


@pytest.fixture
def channel(running: Running) -> Iterator[grpc.Channel]:
    with grpc.insecure_channel(running.grpc) as channel:
        yield channel


def refusal(channel: grpc.Channel, method: str, body: bytes, **more: Any) -> grpc.Call:
    with pytest.raises(grpc.RpcError) as caught:
        channel.unary_unary(method)(body, timeout=20, **more)
    error = caught.value
    assert isinstance(error, grpc.Call)
    return error


def counted(running: Running, reason: str) -> int:
    total = running.receiver.counters.total
    return total(Counter.REQUESTS, outcome="refused", reason=reason, transport="grpc")


@pytest.mark.parametrize("compression", [grpc.Compression.NoCompression, grpc.Compression.Gzip])
def test_spans_are_taken_and_success_is_empty(
    running: Running, channel: grpc.Channel, compression: grpc.Compression
) -> None:
    """Plain and gzip, as each call chooses."""
    request = one_span(name="a" * 1000)
    body = request.SerializeToString()
    assert channel.unary_unary(TRACES)(body, compression=compression) == b""
    assert running.consumer.requests == [request]


def test_logs_are_taken(running: Running, channel: grpc.Channel) -> None:
    """Through their own service."""
    request = ExportLogsServiceRequest()
    request.resource_logs.add().scope_logs.add().log_records.add(event_name="e")
    assert channel.unary_unary(LOGS)(request.SerializeToString()) == b""
    assert running.consumer.requests == [request]
    total = running.receiver.counters.total
    assert total(Counter.ACCEPTED_LOG_RECORDS, transport="grpc", signal="logs") == 1


@pytest.mark.parametrize("method", [TRACES, LOGS])
@pytest.mark.parametrize("compression", [grpc.Compression.NoCompression, grpc.Compression.Gzip])
def test_an_empty_request_is_a_success(
    running: Running, channel: grpc.Channel, method: str, compression: grpc.Compression
) -> None:
    """Nothing was sent, nothing is handed on."""
    assert channel.unary_unary(method)(b"", compression=compression) == b""
    assert running.consumer.requests == []


def test_bad_ids_are_a_partial_success(running: Running, channel: grpc.Channel) -> None:
    """7 of 10 spans are taken; the Collector would refuse the batch."""
    bad = {"trace_id": b"\x01" * 15}
    request = spans(*([{}] * 7), bad, bad, bad)
    answer = channel.unary_unary(TRACES)(request.SerializeToString())
    partial = ExportTraceServiceResponse.FromString(answer).partial_success
    assert partial.rejected_spans == 3
    assert partial.error_message.startswith("3 of 10 spans refused: 3 with an invalid trace id")
    assert len(running.consumer.spans) == 7
    logs = ExportLogsServiceRequest()
    logs.resource_logs.add().scope_logs.add().log_records.add(span_id=b"\x01")
    answer = channel.unary_unary(LOGS)(logs.SerializeToString())
    assert ExportLogsServiceResponse.FromString(answer).partial_success.rejected_log_records == 1


@pytest.mark.parametrize(
    "body",
    [b"\xff\xff", b"not OTLP at all", one_span().SerializeToString()[:-1], b"\x1f\x8bnot gzip"],
)
def test_what_cannot_be_read_is_an_invalid_argument(
    running: Running, channel: grpc.Channel, body: bytes
) -> None:
    """Which clients do not retry."""
    before = counted(running, "malformed")
    error = refusal(channel, TRACES, body)
    assert error.code() is CODE.INVALID_ARGUMENT
    metadata = dict(error.trailing_metadata())
    assert Status.FromString(metadata["grpc-status-details-bin"]).code == 3
    assert "google.rpc.retryinfo-bin" not in metadata
    assert counted(running, "malformed") == before + 1


def test_metrics_are_refused_and_say_what_to_do(running: Running, channel: grpc.Channel) -> None:
    """UNIMPLEMENTED, which clients do not retry; counted."""
    before = counted(running, "unsupported_signal")
    error = refusal(channel, METRICS, b"")
    assert error.code() is CODE.UNIMPLEMENTED
    assert "OTEL_METRICS_EXPORTER=none" in (error.details() or "")
    assert counted(running, "unsupported_signal") == before + 1


def test_an_unknown_method_is_unimplemented(channel: grpc.Channel) -> None:
    """GRPC's own answer."""
    assert refusal(channel, "/a.B/C", b"").code() is CODE.UNIMPLEMENTED


def test_deflate_is_unimplemented(channel: grpc.Channel) -> None:
    """GRPC says which encodings there are; identity and gzip are those of OTLP."""
    error = refusal(channel, TRACES, b"a" * 100, compression=grpc.Compression.Deflate)
    assert error.code() is CODE.UNIMPLEMENTED


def test_overload_tells_when_to_come_again(running: Running, channel: grpc.Channel) -> None:
    """In the status details and, for the Python exporter, in a metadata entry of its own."""
    running.consumer.raises = Overloaded(2.5)
    error = refusal(channel, TRACES, one_span().SerializeToString())
    assert error.code() is CODE.UNAVAILABLE
    metadata = dict(error.trailing_metadata())
    info = RetryInfo.FromString(metadata["google.rpc.retryinfo-bin"])
    assert info.retry_delay.ToMilliseconds() == 2500
    unpacked = RetryInfo()
    assert Status.FromString(metadata["grpc-status-details-bin"]).details[0].Unpack(unpacked)
    assert unpacked == info
    total = running.receiver.counters.total
    assert total(Counter.REFUSED_SPANS, reason="overloaded", transport="grpc") == 1


def test_a_failing_consumer_is_retryable(
    running: Running, channel: grpc.Channel, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing was taken; the text of the error, which may hold content, is told to nobody."""
    running.consumer.raises = ValueError("ORD-48213 is in this text")
    error = refusal(channel, TRACES, one_span().SerializeToString())
    assert error.code() is CODE.UNAVAILABLE
    assert "ORD-48213" not in f"{error.details()}{error.trailing_metadata()}{caplog.text}"
    assert "ValueError" in caplog.text


SMALL = Limits(max_request_bytes=MIB, max_bytes_in_flight=3 * MIB)


def test_too_large_messages_are_refused_for_good() -> None:
    """On the wire and after inflation; without RetryInfo, since it will not become smaller."""
    large = bytes(2 * MIB)
    with receivers(SMALL) as running, grpc.insecure_channel(running.grpc) as channel:
        for compression in (grpc.Compression.NoCompression, grpc.Compression.Gzip):
            error = refusal(channel, TRACES, large, compression=compression)
            assert error.code() is CODE.RESOURCE_EXHAUSTED
            assert "google.rpc.retryinfo-bin" not in dict(error.trailing_metadata())
        assert channel.unary_unary(TRACES)(b"") == b""
        assert counted(running, "too_large") == 1  # gRPC itself refuses the first one
        assert running.inside() == (0, 0)


def test_a_bomb_does_not_grow_memory() -> None:
    """64 MiB in 64 KiB against a limit of 1 MiB. Sent as a message that only looks plain."""
    body = bomb(64)
    with receivers(SMALL) as running, grpc.insecure_channel(running.grpc) as channel:
        tracemalloc.start()
        try:
            assert refusal(channel, TRACES, body).code() is CODE.RESOURCE_EXHAUSTED
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 10 * MIB


def test_large_metadata_is_refused(channel: grpc.Channel) -> None:
    """By gRPC, before anything else is read."""
    error = refusal(channel, TRACES, b"", metadata=(("k", "v" * 40_000),))
    assert error.code() is CODE.RESOURCE_EXHAUSTED


def test_a_thousand_calls_on_one_connection_are_all_answered(
    running: Running, channel: grpc.Channel
) -> None:
    """A burst on a fresh connection is neither reset by gRPC nor refused."""
    body = one_span().SerializeToString()
    export = channel.unary_unary(TRACES)
    calls = [export.future(body, timeout=60) for _ in range(1000)]
    assert [call.result() for call in calls] == [b""] * 1000
    assert len(running.consumer.requests) == 1000


def test_more_requests_than_fit_are_told_to_come_again() -> None:
    """While others are inside; afterwards they are welcome."""
    consumer = Recorder(gate=asyncio.Event())
    body = one_span().SerializeToString()
    with (
        receivers(Limits(max_requests=1), consumer) as running,
        grpc.insecure_channel(running.grpc) as channel,
    ):
        inside = channel.unary_unary(TRACES).future(body, timeout=60)
        assert consumer.entered.wait(20)
        error = refusal(channel, TRACES, body)
        assert error.code() is CODE.UNAVAILABLE
        assert "google.rpc.retryinfo-bin" in dict(error.trailing_metadata())
        running.open_gate()
        assert inside.result() == b""
        assert channel.unary_unary(TRACES)(body) == b""
        assert counted(running, "overloaded") == 1


def test_a_request_whose_client_goes_away_is_carried_through() -> None:
    """It was whole: it is kept once, counted as accepted, and as abandoned beside that."""
    consumer = Recorder(gate=asyncio.Event())
    with receivers(consumer=consumer) as running, grpc.insecure_channel(running.grpc) as channel:
        call = channel.unary_unary(TRACES).future(one_span().SerializeToString(), timeout=60)
        assert consumer.entered.wait(20)
        call.cancel()
        total = running.receiver.counters.total
        eventually(lambda: total(Counter.ABANDONED, transport="grpc", signal="traces") == 1)
        assert running.inside()[0] == 1
        running.open_gate()
        running.settled()
        assert len(consumer.spans) == 1
        assert total(Counter.ACCEPTED_SPANS) == 1
        assert running.inside() == (0, 0)


@pytest.mark.parametrize("service", ["", "opentelemetry.proto.collector.trace.v1.TraceService"])
def test_health_says_serving(channel: grpc.Channel, service: str) -> None:
    """For the server and for each service by name."""
    body = bytes([0x0A, len(service)]) + service.encode() if service else b""
    assert channel.unary_unary("/grpc.health.v1.Health/Check")(body) == b"\x08\x01"


@pytest.mark.parametrize(
    ("body", "code"), [(b"\x0a\x01x", CODE.NOT_FOUND), (b"\xff", CODE.INVALID_ARGUMENT)]
)
def test_health_of_what_is_not_there(
    channel: grpc.Channel, body: bytes, code: grpc.StatusCode
) -> None:
    """As grpc.health.v1 says."""
    assert refusal(channel, "/grpc.health.v1.Health/Check", body).code() is code


def test_health_says_not_serving_in_a_drain(running: Running, channel: grpc.Channel) -> None:
    """So that a load balancer turns away first."""
    health = running.receiver._health
    health.serving = False
    try:
        assert channel.unary_unary("/grpc.health.v1.Health/Check")(b"") == b"\x08\x02"
    finally:
        health.serving = True
