"""Asks for a token before a web page or an API is shown.

In: an ASGI app. Out: one that answers 401 to strangers. Health checks are open, since probes have
no token and are told nothing but whether the collector is well.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from intact_collector.web.access import Access

OPEN = frozenset({"/healthz", "/readyz"})

#: The page asks a browser for the token as a password: it has no other way to send one.
_CHALLENGE = 'Basic realm="intact: any name, a token as password", charset="UTF-8"'


def guarded(app: ASGIApp, access: Access) -> ASGIApp:
    """The app for those who have a token; for everybody while no tokens are set."""

    async def ask(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in OPEN:
            await app(scope, receive, send)
            return
        if access.open or access.caller(Headers(scope=scope).get("authorization")) is not None:
            await app(scope, receive, send)
            return
        refusal = PlainTextResponse(
            "a token is needed: send Authorization: Bearer TOKEN\n",
            401,
            {"WWW-Authenticate": _CHALLENGE},
        )
        await refusal(scope, receive, send)

    return ask
