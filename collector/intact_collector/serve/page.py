"""`/`: one page for people, made on the server, without scripts or foreign assets.

Sessions stand worst first; each session has a page of its own with its handoffs and lost facts.
Everything shown is escaped by the template engine: agent names and session ids are strangers' text.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from intact_collector.serve.api import NO_SESSION, query_of
from intact_collector.serve.view import Document, View

#: The worst first. A session is as bad as its worst handoff.
_ORDER = ("lost", "degraded", "not_measured", "intact")

_HEADERS = {
    # The page needs nothing but its own style; what slips through escaping could still do nothing.
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}


def routes(view: View, version: str) -> list[Route]:
    """The overview and the page of one session."""
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {"share": share, "path": lambda text: quote(text, safe="")}
    templates.globals |= {"worst": worst, "version": version}

    def answer(name: str, **values: object) -> Response:
        return HTMLResponse(templates.get_template(name).render(values), headers=_HEADERS)

    async def overview(request: Request) -> Response:
        query = query_of(request)
        page = await view.sessions(query)
        return answer(
            "sessions.html", sessions=worst_first(page.sessions), query=query, page=page,
            verdicts=_ORDER,
        )  # fmt: skip

    async def one(request: Request) -> Response:
        found = await view.session(request.path_params["session_id"])
        if not found:
            raise HTTPException(404, NO_SESSION)
        return answer("session.html", sessions=found)

    return [Route("/", overview), Route("/sessions/{session_id:path}", one)]


def worst(session: Document) -> str | None:
    """The worst verdict among a session's handoffs; None when it has none."""
    verdicts = {handoff["verdict"] for handoff in session["handoffs"]}
    return next((verdict for verdict in _ORDER if verdict in verdicts), None)


def worst_first(sessions: Sequence[Document]) -> list[Document]:
    """By worst verdict, then by retention; equals stay in the order given."""

    def badness(session: Document) -> tuple[int, float]:
        verdict = worst(session)
        rank = len(_ORDER) if verdict is None else _ORDER.index(verdict)
        retention = session["retention"]
        return rank, 2.0 if retention is None else retention

    return sorted(sessions, key=badness)


def share(value: float | None) -> str:
    """A share as people read it. Rounded down: 99.96 % is not 100 %.

    >>> share(0.9996), share(1.0), share(None)
    ('99%', '100%', '–')
    """
    return "–" if value is None else f"{int(value * 100 + 1e-9)}%"
