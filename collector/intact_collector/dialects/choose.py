"""Which dialect reads a span, and the whole way from a raw span to a neutral one.

A new dialect of this distribution is a new file and one more line in `DIALECTS`; others are
installed (`registry`). Where two share a scope, the one whose mark fits comes first.
"""

from __future__ import annotations

from importlib.metadata import entry_points

from intact.codec.attributes import GEN_AI_AGENT_VERSION, JOURNEY_NAME
from intact_collector.dialects import (
    agent_framework,
    autogen,
    genai_langchain,
    genai_openai_agents,
    generic,
    google_adk,
    native,
    openai_agents_v2,
    openinference_crewai,
    openinference_langchain,
    openinference_openai_agents,
    openinference_smolagents,
    pydantic_ai,
    strands,
    traceloop_langchain,
    traceloop_openai_agents,
)
from intact_collector.dialects.dialect import Dialect, Reading
from intact_collector.dialects.keys import scope_of, session_keys
from intact_collector.dialects.raw import RawSpan, first_text
from intact_collector.dialects.registry import GROUP, Registry
from intact_collector.model.span import NeutralSpan, Role

DIALECTS: tuple[Dialect, ...] = (
    native.DIALECT,
    agent_framework.DIALECT,
    autogen.NATIVE,
    autogen.OPENINFERENCE,
    genai_langchain.DIALECT,
    genai_openai_agents.DIALECT,
    google_adk.DIALECT,
    openinference_crewai.DIALECT,
    openinference_langchain.DIALECT,
    openinference_openai_agents.DIALECT,
    openinference_smolagents.DIALECT,
    pydantic_ai.DIALECT,
    strands.DIALECT,
    traceloop_langchain.DIALECT,
    traceloop_openai_agents.DIALECT,
    openai_agents_v2.DIALECT,  # the same scope: what has no mark of Traceloop's
)

REGISTRY = Registry(DIALECTS, entry_points(group=GROUP), generic.DIALECT)


def claims(scope: str) -> bool:
    """Whether any dialect names this scope: asked before attributes are touched."""
    return bool(REGISTRY.of(scope))


def choose(span: RawSpan) -> Dialect | None:
    """The dialect that reads this span, or None: it is then no business of ours."""
    return REGISTRY.choose(span)


def neutral(span: RawSpan) -> NeutralSpan | None:
    """The span in Intact's words, content still attached; None when no dialect reads it."""
    dialect = choose(span)
    return None if dialect is None else _neutral(span, dialect, dialect.read(span))


def neutral_content(record: RawSpan) -> NeutralSpan | None:
    """Content that log records told apart from its span, as a child of it; None without any.

    ``record`` stands for the records of one span: its events are the records, its parent the span.
    """
    dialect = next((one for one in REGISTRY.of(record.scope) if one.content), generic.DIALECT)
    reading = dialect.content(record) if dialect.content is not None else Reading()
    if reading.role is not Role.CONTENT or not (reading.contents or reading.problems):
        return None
    return _neutral(record, dialect, reading)


def _neutral(span: RawSpan, dialect: Dialect, reading: Reading) -> NeutralSpan:
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
        problems=reading.problems,
        contents=reading.contents,
        fingerprints=reading.fingerprints,
        unseen=reading.unseen,
    )
