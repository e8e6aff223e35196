"""The JSON API: `/api/v1/sessions`, `/api/v1/sessions/{session_id}` and `/api/v1/diagnosis`.

Answers have the shape of `intact report --json` and `intact doctor --json`; errors are
`{"error": {"message": …}}` in words that say what to ask instead.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from intact.model.measurement import Verdict
from intact_collector.config.values import moment
from intact_collector.serve.view import Document, Query, View

_MOST = 1000  # sessions on one page

NO_SESSION = "there is no such session; it may have been erased or aged out"


def routes(view: View, version: str) -> list[Route]:
    """The routes of the API over one view."""

    def answer(sessions: Sequence[Document], **more: object) -> Response:
        body = {"intact": version, "sessions": sessions, **more}
        return Response(orjson.dumps(body), media_type="application/json")

    async def listing(request: Request) -> Response:
        page = await view.sessions(query_of(request))
        return answer(page.sessions, next_offset=page.next_offset)

    async def diagnosis(_request: Request) -> Response:
        body = {"intact": version, **await view.diagnosis()}
        return Response(orjson.dumps(body), media_type="application/json")

    async def one(request: Request) -> Response:
        found = await view.session(request.path_params["session_id"])
        if not found:
            raise HTTPException(404, NO_SESSION)
        return answer(found)

    return [
        Route("/api/v1/diagnosis", diagnosis),
        Route("/api/v1/sessions", listing),
        # An id is whatever the user's framework made it, slashes included.
        Route("/api/v1/sessions/{session_id:path}", one),
    ]


def query_of(request: Request) -> Query:
    """The query parameters, checked; 400 names the first that is wrong."""
    asked = request.query_params
    return Query(
        limit=_number(asked.get("limit"), "limit", 1, _MOST, 100),
        offset=_number(asked.get("offset"), "offset", 0, 2**53, 0),
        verdict=_verdict(asked.get("verdict")),
        since=_since(asked.get("since")),
    )


def _number(text: str | None, name: str, least: int, most: int, default: int) -> int:
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 17 and least <= int(text) <= most):
        raise HTTPException(400, f"{name} has to be a number from {least} to {most}")
    return int(text)


def _verdict(text: str | None) -> str | None:
    if text is not None and text not in set(Verdict):
        raise HTTPException(400, f"verdict has to be one of {', '.join(Verdict)}")
    return text


def _since(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return moment(text, time.time())
    except ValueError as wrong:
        raise HTTPException(400, f"since is {wrong}") from None
