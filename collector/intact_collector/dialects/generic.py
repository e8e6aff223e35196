"""Whatever speaks the conventions under a scope that no dialect names.

Spans with ``gen_ai.operation.name`` are read by the GenAI conventions, spans with
``openinference.span.kind`` by OpenInference's. Agents are those that say their name; tools that
pass control are told by the names that such tools have.
"""

from __future__ import annotations

from intact_collector.dialects import genai, openinference
from intact_collector.dialects.raw import RawSpan
from intact_collector.dialects.rules import Rules, Seen, declare
from intact_collector.dialects.transfer_tool import Transfer
from intact_collector.model.span import Role

#: What a span has to hold, as bytes: looked for before anything of it is decoded.
TRACES = (b"gen_ai.operation.name", b"openinference.span.kind")

#: Scopes, by how they begin, of which no span is an agent's or a model call: not even searched.
NEVER = (
    *("@opentelemetry/instrumentation-", "io.opentelemetry.", "a2a-python-sdk"),
    *(
        f"opentelemetry.instrumentation.{name}"
        for name in (
            *("aio", "asgi", "asyncio", "asyncpg", "cassandra", "celery", "click", "dbapi"),
            *("django", "elasticsearch", "falcon", "fastapi", "flask", "grpc", "httpx", "jinja2"),
            *("kafka", "mysql", "pika", "psycopg", "pymemcache", "pymongo", "pymysql", "pyramid"),
            *("redis", "requests", "sqlalchemy", "sqlite3", "starlette", "tornado", "urllib"),
            "wsgi",
        )
    ),
)


def _marks(span: RawSpan) -> bool:
    return genai.OPERATION in span.attributes or openinference.KIND in span.attributes


def _speaks_genai(span: RawSpan) -> bool:
    return genai.OPERATION in span.attributes


def _role(span: RawSpan) -> Role:
    return genai.role(span) if _speaks_genai(span) else openinference.role(span)


def _agent(span: RawSpan) -> str | None:
    if _speaks_genai(span):
        return genai.agent(span)
    return span.text("agent.name", "graph.node.id", "gen_ai.agent.name")


def _model(span: RawSpan) -> Seen:
    other = openinference.KIND in span.attributes and not _speaks_genai(span)
    return openinference.model(span) if other else genai.model(span)


def _tool(span: RawSpan) -> Seen:
    return genai.tool(span) if _speaks_genai(span) else openinference.tool(span)


def _agent_span(span: RawSpan) -> Seen:
    return genai.agent_span(span) if _speaks_genai(span) else Seen()


DIALECT = declare(
    "generic",
    (),
    Rules(
        role=_role,
        agent=_agent,
        model=_model,
        tool=_tool,
        agent_span=_agent_span,
        handoff=genai.handoff,
        transfer=Transfer(),
    ),
    marks=_marks,
)
