"""OTLP/HTTP as raw clients see it: statuses, bodies and encodings."""

import asyncio
import gzip
import socket
import tracemalloc
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import orjson
import pytest
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from starlette.applications import Starlette
from starlette.routing import Mount

from intact_collector.ports import Accepted, Overloaded
from intact_collector.receive.counters import Counter, Counters
from intact_collector.receive.http import http_app
from intact_collector.receive.intake import Intake
from intact_collector.receive.limits import Limits
from tests.collector.receive.harness import (
    JSON,
    PROTOBUF,
    Recorder,
    Running,
    bomb,
    eventually,
    one_span,
    receivers,
    spans,
)

MIB = 1 << 20
SMALL = Limits(max_request_bytes=MIB, max_bytes_in_flight=3 * MIB)


@pytest.fixture
def client(running: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running.http) as client:
        yield client


def json_span(**fields: Any) -> bytes:
    span = {"traceId": "01" * 16, "spanId": "02" * 8} | fields
    return orjson.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]})


def refused(running: Running, reason: str) -> int:
    counters = running.receiver.counters
    return counters.total(Counter.REQUESTS, outcome="refused", reason=reason, transport="http")


def test_protobuf_is_answered_in_protobuf(running: Running, client: httpx.Client) -> None:
    """Success is an empty body; the consumer got what was sent."""
    request = one_span(name="a")
    response = client.post("/v1/traces", content=request.SerializeToString(), headers=PROTOBUF)
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["content-type"] == "application/x-protobuf"
    assert running.consumer.requests == [request]


@pytest.mark.parametrize("content_type", ["application/json", "Application/JSON; charset=utf-8"])
def test_json_is_answered_in_json(
    running: Running, client: httpx.Client, content_type: str
) -> None:
    """Parameters and case of the content type do not matter."""
    headers = {"content-type": content_type}
    response = client.post("/v1/traces", content=json_span(name="a"), headers=headers)
    assert (response.status_code, response.content) == (200, b"{}")
    assert response.headers["content-type"] == "application/json"
    assert [span.name for span in running.consumer.spans] == ["a"]


@pytest.mark.parametrize(
    ("coding", "compress"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("identity", bytes),
        ("GZIP", gzip.compress),
    ],
)
def test_bodies_may_be_compressed(
    running: Running, client: httpx.Client, coding: str, compress: Any
) -> None:
    """In both encodings."""
    for content, headers in ((json_span(), JSON), (one_span().SerializeToString(), PROTOBUF)):
        response = client.post(
            "/v1/traces",
            content=compress(content),
            headers=headers | {"content-encoding": coding},
        )
        assert response.status_code == 200
    assert len(running.consumer.spans) == 2


def test_chunked_bodies_are_read(running: Running, client: httpx.Client) -> None:
    """Without a Content-Length."""
    body = one_span().SerializeToString()
    pieces = (body[at : at + 3] for at in range(0, len(body), 3))
    assert client.post("/v1/traces", content=pieces, headers=PROTOBUF).status_code == 200
    assert len(running.consumer.spans) == 1


@pytest.mark.parametrize("path", ["/v1/traces", "/v1/logs"])
def test_an_empty_request_is_a_success(running: Running, client: httpx.Client, path: str) -> None:
    """Nothing was sent, nothing is handed on."""
    assert client.post(path, content=b"", headers=PROTOBUF).content == b""
    assert client.post(path, content=b"{}", headers=JSON).content == b"{}"
    assert client.post(path, content=b'{"resourceSpans":[{}]}', headers=JSON).content == b"{}"
    assert running.consumer.requests == []


def test_logs_are_taken(running: Running, client: httpx.Client) -> None:
    """Two frameworks put content there."""
    request = ExportLogsServiceRequest()
    request.resource_logs.add().scope_logs.add().log_records.add(event_name="e")
    body = request.SerializeToString()
    assert client.post("/v1/logs", content=body, headers=PROTOBUF).status_code == 200
    assert running.consumer.requests == [request]


def test_bad_ids_are_a_partial_success(running: Running, client: httpx.Client) -> None:
    """The good spans are taken; the answer counts the bad ones and says why."""
    request = spans({}, {"trace_id": b"\x01" * 15}, {"span_id": bytes(8)})
    response = client.post("/v1/traces", content=request.SerializeToString(), headers=PROTOBUF)
    partial = ExportTraceServiceResponse.FromString(response.content).partial_success
    assert (response.status_code, partial.rejected_spans) == (200, 2)
    assert "invalid trace id" in partial.error_message
    assert "invalid span id" in partial.error_message
    assert len(running.consumer.spans) == 1
    answer = client.post("/v1/traces", content=json_span(spanId="00"), headers=JSON).json()
    assert answer["partialSuccess"]["rejectedSpans"] == "1"
    assert "1 of 1 spans refused" in answer["partialSuccess"]["errorMessage"]
    total = running.receiver.counters.total
    assert total(Counter.REFUSED_SPANS, reason="invalid_id", transport="http") == 3


def test_what_the_consumer_rejects_is_added(running: Running, client: httpx.Client) -> None:
    """Its message stands beside ours; a message alone is a warning."""
    running.consumer.answer = Accepted(1, "1 span of a strange kind")
    request = spans({}, {}, {"span_id": b""})
    response = client.post("/v1/traces", content=request.SerializeToString(), headers=PROTOBUF)
    partial = ExportTraceServiceResponse.FromString(response.content).partial_success
    assert partial.rejected_spans == 2
    assert partial.error_message.endswith("; 1 span of a strange kind")
    running.consumer.answer = Accepted(0, "no session id")
    warned = client.post("/v1/traces", content=json_span(), headers=JSON).json()
    assert warned == {"partialSuccess": {"rejectedSpans": "0", "errorMessage": "no session id"}}


def test_partial_success_of_logs_names_log_records(client: httpx.Client) -> None:
    """In their own message type."""
    request = ExportLogsServiceRequest()
    request.resource_logs.add().scope_logs.add().log_records.add(trace_id=b"\x01")
    response = client.post("/v1/logs", content=request.SerializeToString(), headers=PROTOBUF)
    partial = ExportLogsServiceResponse.FromString(response.content).partial_success
    assert partial.rejected_log_records == 1
    assert "log records" in partial.error_message


@pytest.mark.parametrize(
    ("headers", "content", "status", "reason"),
    [
        ({}, b"", 415, "unsupported_media_type"),
        ({"content-type": "text/plain"}, b"hello", 415, "unsupported_media_type"),
        (PROTOBUF | {"content-encoding": "br"}, b"", 415, "unsupported_compression"),
        (PROTOBUF | {"content-encoding": "gzip"}, b"not gzip", 400, "malformed"),
        (PROTOBUF, one_span().SerializeToString()[:-1], 400, "malformed"),
        (PROTOBUF, b"\xff" * 20, 400, "malformed"),
        (PROTOBUF, json_span(), 400, "malformed"),
        (JSON, one_span().SerializeToString(), 400, "malformed"),
        (JSON, b"", 400, "malformed"),
        (JSON, json_span(traceId="+vo="), 400, "malformed"),
    ],
)
def test_what_cannot_be_read_is_refused(
    running: Running,
    client: httpx.Client,
    headers: dict[str, str],
    content: bytes,
    status: int,
    reason: str,
) -> None:
    """With a `google.rpc.Status` in the encoding of the request, JSON where there is none."""
    before = refused(running, reason)
    response = client.post("/v1/traces", content=content, headers=headers)
    assert response.status_code == status
    if headers.get("content-type") == "application/x-protobuf":
        answer = Status.FromString(response.content)
        code, message = answer.code, answer.message
    else:
        assert response.headers["content-type"] == "application/json"
        code, message = response.json()["code"], response.json()["message"]
    assert code in (3, 12)
    assert len(message) > 20
    assert refused(running, reason) == before + 1
    assert running.consumer.requests == []


def test_metrics_are_refused_for_good_and_say_what_to_do(
    running: Running, client: httpx.Client
) -> None:
    """404 and not 501, since exporters retry on every 5xx; counted."""
    before = refused(running, "unsupported_signal")
    answer = Status.FromString(client.post("/v1/metrics", content=b"", headers=PROTOBUF).read())
    response = client.post("/v1/metrics", content=b"{}", headers=JSON)
    assert response.status_code == 404
    assert (answer.code, answer.message) == (12, response.json()["message"])
    assert "OTEL_METRICS_EXPORTER=none" in answer.message
    assert refused(running, "unsupported_signal") == before + 2


@pytest.mark.parametrize("path", ["/", "/v1/traces/", "/v1/traces/v1/traces", "/v1/profiles"])
def test_other_paths_say_where_otlp_is_taken(
    running: Running, client: httpx.Client, path: str
) -> None:
    """And never redirect: exporters take 3xx for success."""
    before = refused(running, "unknown_path")
    response = client.post(path, content=json_span(), headers=JSON)
    assert response.status_code == 404
    assert "/v1/traces" in response.json()["message"]
    assert refused(running, "unknown_path") == before + 1


def test_get_is_answered_with_405(running: Running, client: httpx.Client) -> None:
    """As someone with a browser will try."""
    response = client.get("/v1/traces")
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert "POST" in response.json()["message"]


@pytest.mark.parametrize(
    ("error", "wait"), [(Overloaded(0.1), "1"), (Overloaded(2.2), "3"), (Overloaded(60), "3")]
)
def test_overload_asks_to_come_again(
    running: Running, client: httpx.Client, error: Overloaded, wait: str
) -> None:
    """After 1 to 3 seconds, which exporters are known to accept."""
    running.consumer.raises = error
    response = client.post("/v1/traces", content=json_span(), headers=JSON)
    assert (response.status_code, response.headers["retry-after"]) == (503, wait)
    assert response.json()["details"][0]["@type"].endswith("RetryInfo")
    response = client.post("/v1/traces", content=one_span().SerializeToString(), headers=PROTOBUF)
    status = Status.FromString(response.content)
    info = RetryInfo()
    assert status.code == 14
    assert status.details[0].Unpack(info)
    assert 1 <= info.retry_delay.ToSeconds() <= 3


def test_a_failing_consumer_is_retryable_and_tells_no_content(
    running: Running, client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing was taken, so the data must stay with the client; the log names type and place."""
    running.consumer.raises = ValueError("ORD-48213 is in this text")
    response = client.post("/v1/traces", content=json_span(name="Dana Whitfield"), headers=JSON)
    assert response.status_code == 503
    assert "retry-after" in response.headers
    said = response.text + caplog.text
    assert "ValueError" in caplog.text
    assert "ORD-48213" not in said
    assert "Dana" not in said
    assert running.receiver.counters.total(Counter.FAILED_SPANS, transport="http") == 1


def test_too_large_bodies_are_refused_and_the_client_sees_it() -> None:
    """Announced, chunked and inflated; the client can finish its upload and read the answer."""
    large = bytes(8 * MIB)
    with receivers(SMALL) as running, httpx.Client(base_url=running.http) as client:
        for content, headers in (
            (large, PROTOBUF),
            (iter([large[:MIB], large]), PROTOBUF),
            (gzip.compress(large), PROTOBUF | {"content-encoding": "gzip"}),
        ):
            response = client.post("/v1/traces", content=content, headers=headers)
            assert response.status_code == 413
            assert Status.FromString(response.content).code == 8
            assert "retry-after" not in response.headers
        assert refused(running, "too_large") == 3
        assert client.post("/v1/traces", content=b"", headers=PROTOBUF).status_code == 200
        assert running.inside() == (0, 0)


def test_the_limit_is_the_largest_body_that_passes() -> None:
    """A request of exactly the limit is taken."""
    room = SMALL.max_request_bytes - len(one_span(name="a" * 2**19).SerializeToString())
    with receivers(SMALL) as running, httpx.Client(base_url=running.http) as client:
        for more, status in ((0, 200), (1, 413)):
            body = one_span(name="a" * (2**19 + room + more)).SerializeToString()
            assert len(body) == MIB + more
            response = client.post("/v1/traces", content=body, headers=PROTOBUF)
            assert response.status_code == status


def test_a_bomb_does_not_grow_memory() -> None:
    """64 MiB in 64 KiB against a limit of 1 MiB."""
    body = bomb(64)
    headers = PROTOBUF | {"content-encoding": "gzip"}
    with receivers(SMALL) as running, httpx.Client(base_url=running.http) as client:
        client.post("/v1/traces", content=b"", headers=PROTOBUF)
        tracemalloc.start()
        try:
            assert client.post("/v1/traces", content=body, headers=headers).status_code == 413
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 10 * MIB


@pytest.mark.parametrize(
    "limits",
    [Limits(max_requests=2), Limits(max_request_bytes=MIB, max_bytes_in_flight=2 * MIB)],
    ids=["requests", "bytes"],
)
def test_more_than_fits_is_told_to_come_again(limits: Limits) -> None:
    """While others are inside; afterwards it is welcome."""
    body = one_span(name="a" * 900_000).SerializeToString()
    consumer = Recorder(gate=asyncio.Event())
    with receivers(limits, consumer) as running, ThreadPoolExecutor() as pool:

        def post() -> httpx.Response:
            return httpx.post(f"{running.http}/v1/traces", content=body, headers=PROTOBUF)

        inside = [pool.submit(post) for _ in range(2)]
        eventually(lambda: running.inside()[1] == 2 * len(body))
        response = post()
        assert (response.status_code, response.headers["retry-after"]) == (503, "1")
        running.open_gate()
        assert [posted.result(30).status_code for posted in inside] == [200, 200]
        assert post().status_code == 200
        assert refused(running, "overloaded") == 1
        assert len(consumer.requests) == 3
        assert running.inside() == (0, 0)


def test_the_app_can_be_mounted() -> None:
    """Under a path of another app."""
    consumer = Recorder()

    async def use() -> list[int]:
        intake = Intake(consumer, Limits(), Counters())
        outer = Starlette(routes=[Mount("/otlp", http_app(intake))])
        transport = httpx.ASGITransport(outer)
        async with httpx.AsyncClient(transport=transport, base_url="http://host") as client:
            good = await client.post("/otlp/v1/traces", content=json_span(), headers=JSON)
            bad = await client.post("/otlp/v1/nothing", content=json_span(), headers=JSON)
            return [good.status_code, bad.status_code]

    assert asyncio.run(use()) == [200, 404]
    assert len(consumer.spans) == 1


def raw(running: Running) -> socket.socket:
    address = running.receiver.http_address
    return socket.create_connection((address.host, address.port), timeout=20)


def until_closed(connection: socket.socket) -> bytes:
    received = b""
    while piece := connection.recv(65536):
        received += piece
    return received


HEAD = b"POST /v1/traces HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-protobuf\r\n"


def test_a_client_that_goes_away_inside_the_body_is_counted(running: Running) -> None:
    """Nothing is handed on and nothing stays reserved."""
    before = refused(running, "client_gone")
    with raw(running) as connection:
        connection.sendall(HEAD + b"Content-Length: 1000\r\n\r\n" + b"\x0a" * 10)
        eventually(lambda: running.inside() == (1, 10))
    eventually(lambda: refused(running, "client_gone") == before + 1)
    assert running.inside() == (0, 0)
    assert running.consumer.requests == []


def test_expect_100_continue_is_honoured(running: Running) -> None:
    """Curl sends it with larger bodies and waits."""
    body = one_span().SerializeToString()
    with raw(running) as connection:
        head = HEAD + f"Expect: 100-continue\r\nContent-Length: {len(body)}\r\n".encode()
        connection.sendall(head + b"Connection: close\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 100")
        connection.sendall(body)
        assert until_closed(connection).startswith(b"HTTP/1.1 200")


def test_pipelined_requests_are_answered_in_order(running: Running) -> None:
    """Each with its own head."""
    body = one_span().SerializeToString()
    request = HEAD + f"Content-Length: {len(body)}\r\n\r\n".encode() + body
    with raw(running) as connection:
        last = b"GET /v1/traces HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
        connection.sendall(request * 3 + last)
        answers = until_closed(connection)
    assert answers.count(b"HTTP/1.1 200") == 3
    assert answers.index(b"HTTP/1.1 405") > answers.rindex(b"HTTP/1.1 200")
    assert len(running.consumer.spans) == 3


@pytest.mark.parametrize(
    "head",
    [b"X: " + b"a" * 40_000, b"".join(b"X: a\r\n" for _ in range(10_000))],
    ids=["one long", "many short"],
)
def test_a_head_without_end_is_cut_off(running: Running, head: bytes) -> None:
    """In one header or in many."""
    with raw(running) as connection:
        connection.sendall(HEAD + head)
        assert until_closed(connection).startswith(b"HTTP/1.1 400")


def test_slow_heads_and_bodies_are_cut_off() -> None:
    """A client that holds its connection without sending gets no memory and no time."""
    limits = Limits(head_seconds=0.2, body_seconds=0.2)
    with receivers(limits) as running:
        for sent, status in (
            (b"", b"HTTP/1.1 400"),
            (HEAD, b"HTTP/1.1 400"),
            (HEAD + b"Content-Length: 9\r\n\r\n1", b"HTTP/1.1 408"),
        ):
            with raw(running) as connection:
                connection.sendall(sent)
                assert until_closed(connection).startswith(status)
        assert refused(running, "timeout") == 1
        assert running.inside() == (0, 0)


def test_an_idle_connection_outlives_the_head_timeout() -> None:
    """Between two exports nothing is sent, and that is not slowness."""
    request = HEAD + b"Content-Length: 0\r\n\r\n"
    with receivers(Limits(head_seconds=0.2)) as running, raw(running) as connection:
        for _ in range(2):
            connection.sendall(request)
            assert connection.recv(1000).startswith(b"HTTP/1.1 200")
            with raw(running) as silent:
                until_closed(silent)  # as long as the head timeout of another connection
