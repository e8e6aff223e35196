"""`/`: one page for people, made on the server, without scripts or foreign assets.

Sessions stand worst first; each session has a page of its own with its handoffs and lost facts.
Everything shown is escaped by the template engine: agent names and session ids are strangers' text.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from intact_collector.report.history import explained
from intact_collector.report.order import VERDICTS, worst, worst_first
from intact_collector.serve.api import NO_SESSION, query_of
from intact_collector.serve.view import View

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
    templates.filters["explained"] = explained
    templates.globals |= {"worst": worst, "version": version}

    def answer(name: str, **values: object) -> Response:
        return HTMLResponse(templates.get_template(name).render(values), headers=_HEADERS)

    async def overview(request: Request) -> Response:
        query = query_of(request)
        page = await view.sessions(query)
        return answer(
            "sessions.html", sessions=worst_first(page.sessions), query=query, page=page,
            verdicts=VERDICTS,
        )  # fmt: skip

    async def one(request: Request) -> Response:
        found = await view.session(request.path_params["session_id"])
        if not found:
            raise HTTPException(404, NO_SESSION)
        return answer("session.html", sessions=found)

    return [Route("/", overview), Route("/sessions/{session_id:path}", one)]


def share(value: float | None) -> str:
    """A share as people read it: 0.9996 is not 100 %, and 0.004 is not nothing."""
    if value is None:
        return "–"
    return f"{round(100 * value) if value in (0, 1) else min(99, max(1, round(100 * value)))} %"
