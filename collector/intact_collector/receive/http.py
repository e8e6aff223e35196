"""OTLP over HTTP.

In: POSTs to ``/v1/traces`` and ``/v1/logs``, protobuf or JSON, plain, gzip or deflate. Out: calls
to the intake, and answers in the encoding of the request; where that is unknown, in JSON. The app
can be mounted in another one. The body is read no further than its limit; what a client goes on
sending after an early refusal is read and thrown away by the server, so that it sees the answer.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from intact_collector.receive.admission import Ticket
from intact_collector.receive.answer import failure, success
from intact_collector.receive.counters import Counter
from intact_collector.receive.inflate import too_large
from intact_collector.receive.intake import Intake
from intact_collector.receive.refusal import (
    Reason,
    Refusal,
    Refused,
    come_again,
    unsupported_metrics,
)
from intact_collector.receive.request import Compression, Incoming, Media, Signal, Transport

_PATHS: Final = {"/v1/traces": Signal.TRACES, "/v1/logs": Signal.LOGS}
_METRICS_PATH: Final = "/v1/metrics"

_MEDIA: Final = {media.value: media for media in Media}
_COMPRESSIONS: Final = {"": Compression.NONE} | {kind.value: kind for kind in Compression}


def http_app(intake: Intake) -> Starlette:
    """The OTLP/HTTP application: its paths, and clear answers for all others."""

    def export(signal: Signal) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            return await _export(intake, request, signal)

        return endpoint

    async def metrics(request: Request) -> Response:
        refusal = intake.refuse(Transport.HTTP, Signal.METRICS, unsupported_metrics())
        return _refusal(request, refusal)

    async def unknown_path(request: Request, _error: Exception) -> Response:
        message = f"OTLP is taken at {' and '.join(_PATHS)}: set the endpoint of the exporter"
        refusal = Refusal(Reason.UNKNOWN_PATH, message)
        return _refusal(request, intake.refuse(Transport.HTTP, None, refusal))

    async def wrong_method(request: Request, _error: Exception) -> Response:
        refusal = Refusal(Reason.WRONG_METHOD, "OTLP is sent with POST")
        intake.refuse(Transport.HTTP, None, refusal)
        return _refusal(request, refusal, {"Allow": "POST"})

    app = Starlette(
        routes=[
            *(Route(path, export(signal), methods=["POST"]) for path, signal in _PATHS.items()),
            Route(_METRICS_PATH, metrics, methods=["POST"]),
        ],
        exception_handlers={404: unknown_path, 405: wrong_method},
    )
    # Exporters take a redirect for success.
    app.router.redirect_slashes = False
    return app


async def _export(intake: Intake, request: Request, signal: Signal) -> Response:
    try:
        caller = intake.admit(request.headers.get("authorization"))
        media = _media(request)
        compression = _compression(request)
        ticket = intake.admission.enter()
        try:
            body = await _body(request, intake, ticket)
        except BaseException:
            ticket.close()
            raise
    except Refused as refused:
        refusal = intake.refuse(Transport.HTTP, signal, refused.refusal)
        return _refusal(request, refusal)
    incoming = Incoming(signal, Transport.HTTP, media, compression, body)
    try:
        taken = await intake.take(incoming, ticket, caller)
    except asyncio.CancelledError:
        # The server's grace is over. The request may yet be kept, and will then come twice.
        intake.counters.add(Counter.ABANDONED, 1, transport=Transport.HTTP, signal=signal)
        message = "the collector is shutting down"
        return _refusal(request, come_again(Reason.SHUTTING_DOWN, message))
    if isinstance(taken, Refusal):
        return _refusal(request, taken)
    return Response(success(signal, taken, media), media_type=media.value)


def _media(request: Request) -> Media:
    media = _known_media(request)
    if media is None:
        raise Refused(
            Reason.UNSUPPORTED_MEDIA_TYPE, f"the content type must be {' or '.join(_MEDIA)}"
        )
    return media


def _known_media(request: Request) -> Media | None:
    content_type = request.headers.get("content-type", "")
    return _MEDIA.get(content_type.partition(";")[0].strip().lower())


def _compression(request: Request) -> Compression:
    coding = request.headers.get("content-encoding", "").strip().lower()
    compression = _COMPRESSIONS.get(coding)
    if compression is None:
        known = ", ".join(kind.value for kind in Compression)
        raise Refused(
            Reason.UNSUPPORTED_COMPRESSION, f"the content encoding must be one of: {known}"
        )
    return compression


async def _body(request: Request, intake: Intake, ticket: Ticket) -> bytes:
    """Read the body, counting it while it comes."""
    limit = intake.limits.max_request_bytes
    if int(request.headers.get("content-length", 0)) > limit:
        raise too_large(limit)
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(intake.limits.body_seconds):
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit:
                    raise too_large(limit)
                ticket.grow(len(chunk))
                chunks.append(chunk)
    except TimeoutError:
        raise Refused(Reason.TIMEOUT, "the body took too long to arrive") from None
    except ClientDisconnect:
        raise Refused(Reason.CLIENT_GONE, "the client went away inside the body") from None
    return b"".join(chunks)


def _refusal(request: Request, refusal: Refusal, headers: dict[str, str] | None = None) -> Response:
    media = _known_media(request) or Media.JSON
    headers = dict(headers or {})
    if refusal.retry_after is not None:
        headers["Retry-After"] = str(math.ceil(refusal.retry_after))
    if refusal.reason is Reason.TIMEOUT:
        headers["Connection"] = "close"
    if refusal.reason is Reason.UNAUTHENTICATED:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(failure(refusal, media), refusal.http_status, headers, media.value)
