"""`/healthz` and `/readyz`, for whoever starts, stops and balances the collector."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from intact_collector.serve.view import View


def routes(view: View) -> list[Route]:
    """Alive means that this answers at all; ready means that telemetry is taken."""

    async def healthy(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def ready(_: Request) -> Response:
        if view.ready():
            return PlainTextResponse("ready\n")
        return PlainTextResponse("not ready: starting or draining\n", 503)

    return [Route("/healthz", healthy), Route("/readyz", ready)]
