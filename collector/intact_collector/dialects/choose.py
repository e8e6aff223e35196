"""Which dialect reads a span, and the whole way from a raw span to a neutral one.

A new dialect is a new file and one more entry in `DIALECTS`. Where two share a scope, the one
whose mark fits comes first.
"""

from __future__ import annotations

from collections import defaultdict

from intact.codec.attributes import GEN_AI_AGENT_VERSION, JOURNEY_NAME
from intact_collector.dialects import (
    native,
    openinference_langchain,
    openinference_openai_agents,
    openinference_smolagents,
    pydantic_ai,
)
from intact_collector.dialects.dialect import Dialect
from intact_collector.dialects.keys import scope_of, session_keys
from intact_collector.dialects.raw import RawSpan, first_text
from intact_collector.model.span import NeutralSpan

DIALECTS: tuple[Dialect, ...] = (
    native.DIALECT,
    openinference_openai_agents.DIALECT,
    openinference_langchain.DIALECT,
    openinference_smolagents.DIALECT,
    pydantic_ai.DIALECT,
)

_BY_SCOPE: defaultdict[str, list[Dialect]] = defaultdict(list)
for _dialect in DIALECTS:
    for _scope in _dialect.scopes:
        _BY_SCOPE[_scope].append(_dialect)


def claims(scope: str) -> bool:
    """Whether any dialect reads spans of this scope: asked before attributes are touched."""
    return scope in _BY_SCOPE


def choose(span: RawSpan) -> Dialect | None:
    """The dialect that reads this span, or None: it is then no business of ours."""
    return next((one for one in _BY_SCOPE.get(span.scope, ()) if one.marks(span)), None)


def neutral(span: RawSpan) -> NeutralSpan | None:
    """The span in Intact's words, content still attached; None when no dialect reads it."""
    dialect = choose(span)
    if dialect is None:
        return None
    reading = dialect.read(span)
    keys = dict.fromkeys((*session_keys(span.attributes), *reading.keys))
    said = {key.value: key for key in reversed(keys)}  # of equal values the stronger kind stays
    return NeutralSpan(
        trace_id=span.trace_id,
        span_id=span.span_id,
        parent_id=span.parent_id,
        start=span.start,
        end=max(span.start, span.end),
        dialect=dialect.name,
        role=reading.role,
        agent=reading.agent,
        turn_key=reading.turn_key,
        links=span.links,
        keys=tuple(sorted(said.values(), key=lambda key: key.kind)),
        scope=scope_of(span.resource),
        service=first_text(span.resource, "service.name"),
        service_version=first_text(span.resource, "service.version"),
        agent_version=span.text(GEN_AI_AGENT_VERSION),
        journey=span.text(JOURNEY_NAME),
        tool=reading.tool,
        handoff=reading.handoff,
        order=reading.order,
        inherited=reading.inherited,
        problems=reading.problems,
        contents=reading.contents,
        fingerprints=reading.fingerprints,
    )
