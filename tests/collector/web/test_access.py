"""Who may send, ask and look, on real sockets."""

from __future__ import annotations

import asyncio

import grpc
import httpx
import pytest
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import (
    OTLPSpanExporter as GrpcExporter,
)
from opentelemetry.exporter.otlp.proto.http.trace_exporter import (
    OTLPSpanExporter as HttpExporter,
)
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from intact_collector.receive.counters import Counter
from intact_collector.web.access import Access
from intact_collector.web.guard import guarded
from intact_collector.web.tokens import Tokens
from tests.collector.receive.harness import PROTOBUF, TRACES, Running, one_span, receivers

TOKEN = "4f9c2d71a85b4e07"
AUTHORIZED = {"authorization": f"Bearer {TOKEN}"}
BODY = one_span().SerializeToString()


def tokens(more: str = "") -> Access:
    return Access(Tokens.of([f"ci {TOKEN} {more}"]))


def post(running: Running, headers: dict[str, str]) -> httpx.Response:
    return httpx.post(f"{running.http}/v1/traces", content=BODY, headers={**PROTOBUF, **headers})


def call(running: Running, headers: dict[str, str]) -> grpc.StatusCode:
    with grpc.insecure_channel(running.grpc) as channel:
        done = channel.unary_unary(TRACES).future(BODY, metadata=tuple(headers.items()), timeout=30)
        return done.code()


def test_who_has_a_token_may_send() -> None:
    """Over both transports."""
    with receivers(access=tokens()) as running:
        assert post(running, AUTHORIZED).status_code == 200
        assert call(running, AUTHORIZED) is grpc.StatusCode.OK
        assert len(running.consumer.spans) == 2


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer 0000000000000000"}])
def test_strangers_are_refused_and_counted(headers: dict[str, str]) -> None:
    """For good: an exporter shall not try again for minutes. Nothing of theirs is decoded."""
    with receivers(access=tokens()) as running:
        answer = post(running, headers)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert b"OTEL_EXPORTER_OTLP_HEADERS" in answer.content
        assert call(running, headers) is grpc.StatusCode.UNAUTHENTICATED
        assert running.consumer.spans == []
        counters = running.receiver.counters
        assert counters.total(Counter.REQUESTS, reason="unauthenticated") == 2


def test_new_tokens_count_at_once() -> None:
    """On connections that are open already."""
    access = tokens()
    with receivers(access=access) as running, httpx.Client() as client:
        url = f"{running.http}/v1/traces"
        assert client.post(url, content=BODY, headers={**PROTOBUF, **AUTHORIZED}).is_success
        access.tokens = Tokens.of(["ci 0123456789abcdef"])
        assert client.post(url, content=BODY, headers={**PROTOBUF, **AUTHORIZED}).is_client_error
        access.tokens = None
        assert client.post(url, content=BODY, headers=PROTOBUF).is_success


def test_who_sends_more_than_its_share_is_told_to_come_again() -> None:
    """429 and UNAVAILABLE, with a wait that exporters accept."""
    with receivers(access=tokens("1B")) as running:
        assert post(running, AUTHORIZED).status_code == 200
        answer = post(running, AUTHORIZED)
        assert answer.status_code == 429
        assert 1 <= int(answer.headers["retry-after"]) <= 3
        assert call(running, AUTHORIZED) is grpc.StatusCode.UNAVAILABLE
        assert running.receiver.counters.total(Counter.REQUESTS, reason="throttled") == 2


def test_the_exporters_send_the_header_that_the_message_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As it is written there, percent sign included."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", f"Authorization=Bearer%20{TOKEN}")
    with receivers(access=tokens()) as running:
        for exporter in (
            HttpExporter(endpoint=f"{running.http}/v1/traces"),
            GrpcExporter(endpoint=running.grpc, insecure=True),
        ):
            provider = TracerProvider()
            provider.add_span_processor(SimpleSpanProcessor(exporter))
            provider.get_tracer("test").start_span("one").end()
            provider.shutdown()
        assert len(running.consumer.spans) == 2


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/", {}, 401),
        ("/", AUTHORIZED, 200),
        ("/api/v1/sessions", {}, 401),
        ("/metrics", {}, 401),
        ("/metrics", AUTHORIZED, 200),
        ("/healthz", {}, 200),
        ("/readyz", {}, 200),
        ("/readyz/../metrics", {}, 401),
    ],
)
def test_pages_are_for_those_with_a_token(path: str, headers: dict[str, str], status: int) -> None:
    """But for health, which probes ask for without one."""
    assert asyncio.run(asked(app(tokens()), path, headers)).status_code == status


def test_browsers_are_asked_for_a_password() -> None:
    """It is the token."""
    refused = asyncio.run(asked(app(tokens()), "/", {}))
    assert refused.headers["www-authenticate"].startswith("Basic ")
    with_password = {"authorization": str(httpx.BasicAuth("me", TOKEN)._auth_header)}
    assert asyncio.run(asked(app(tokens()), "/", with_password)).status_code == 200


def test_without_tokens_everybody_may_look() -> None:
    """On loopback, that is: the collector says so when it is not."""
    assert asyncio.run(asked(app(Access()), "/", {})).status_code == 200


async def asked(
    transport: httpx.ASGITransport, path: str, headers: dict[str, str]
) -> httpx.Response:
    async with httpx.AsyncClient(transport=transport, base_url="http://collector") as client:
        return await client.get(path, headers=headers)


def app(access: Access) -> httpx.ASGITransport:
    async def page(_request: object) -> PlainTextResponse:
        return PlainTextResponse("here")

    inner = Starlette(routes=[Route("/{path:path}", page)])
    return httpx.ASGITransport(guarded(inner, access))
