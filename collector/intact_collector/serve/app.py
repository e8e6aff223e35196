"""The ASGI app of `--http`: page, API, metrics and health side by side."""

from __future__ import annotations

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from intact_collector.serve import api, health, page, prometheus
from intact_collector.serve.view import View


def application(view: View, version: str) -> Starlette:
    """Everything that can be asked of ``view``, over HTTP.

    There is no state-changing request here, and no cross-origin header is ever sent, so a web
    page that the operator happens to visit can neither read nor change anything.
    """
    return Starlette(
        routes=[
            *page.routes(view, version),
            *api.routes(view, version),
            *prometheus.routes(view),
            *health.routes(view),
        ],
        exception_handlers={HTTPException: _refuse},
    )


async def _refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if request.url.path.startswith("/api/"):
        body = orjson.dumps({"error": {"message": error.detail}})
        return Response(body, error.status_code, error.headers, "application/json")
    return Response(f"{error.detail}\n", error.status_code, error.headers, "text/plain")
