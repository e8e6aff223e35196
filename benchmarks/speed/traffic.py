"""OTLP requests as applications send them: invented, the same in every run.

In: how much of what.  Out: requests of opentelemetry-proto. Ids that have to be new each time stand
in them as `MARK`, which `fresh` replaces in the bytes: that costs a load client next to nothing.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import count

import orjson
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import ScopeSpans, Span

from benchmarks.speed.states import KEY, State, message, state
from intact.codec.attributes import SCOPE, size_of
from intact.codec.wire import to_attribute
from intact.fingerprint import Fingerprinter

OPENINFERENCE = "openinference.instrumentation.openai_agents"

#: Eight characters that occur in no text, no base64 and no id.
MARK = "@@@@@@@@"

_TRACE = f"trace---{MARK}".encode()
_START = 1_790_000_000_000_000_000
_SECOND = 1_000_000_000
_MUST_KEEP = ("refund_by",)
_OWN = 0.2  # share of agent spans in mixed requests

_FINGERPRINTER = Fingerprinter(KEY)


def fresh(request: bytes, number: int) -> bytes:
    """The same request of another trace, session and handoff."""
    return request.replace(MARK.encode(), b"%08d" % number)


def identity(number: int) -> str:
    """The session of a journey whose mark became this number."""
    return f"bench-{number:08}"


def mixed(spans: int, seed: int) -> ExportTraceServiceRequest:
    """A batch of which a fifth are handoffs with fingerprints of about 600 bytes.

    The others are spans of databases, searches and HTTP calls, long texts in them, which no dialect
    reads.
    """
    rng = random.Random(seed)
    request = _request()
    own = round(spans * _OWN)
    _scope(request, SCOPE).spans.extend(_handed_over(rng) for _ in range(own))
    foreign = [
        ("opentelemetry.instrumentation.psycopg", _query),
        ("opentelemetry.instrumentation.elasticsearch", _search),
        ("opentelemetry.instrumentation.httpx", _http),
    ]
    for place, (scope, attributes) in enumerate(foreign):
        share = range(own + place, spans, len(foreign))
        _scope(request, scope).spans.extend(_span(rng, scope, attributes(rng)) for _ in share)
    return request


def journey(seed: int) -> tuple[Span, Span, Span]:
    """Two turns and the handoff between them, on which a must-keep fact is lost.

    In this order: the first turn, the handoff's arrival, the turn that received it.
    """
    rng = random.Random(seed)
    given = state(1_000, seed)
    handed = given | {"summary": message(rng)}
    arrived = {name: value for name, value in handed.items() if name != "refund_by"}
    session = {
        "intact.session.id": f"bench-{MARK}", "session.id": f"bench-{MARK}",
        "gen_ai.conversation.id": f"bench-{MARK}", "intact.journey.name": "refund",
    }  # fmt: skip
    turn = {"gen_ai.operation.name": "invoke_agent", **session}
    triage = _span(
        rng, "invoke_agent triage",
        {
            "gen_ai.agent.name": "triage", **turn,
            **_side("received", given), **_side("output", handed),
        },
    )  # fmt: skip
    billing = _span(
        rng, "invoke_agent billing",
        {
            "gen_ai.agent.name": "billing", **turn,
            **_side("received", arrived), **_side("output", arrived | {"status": "refunded"}),
        },
    )  # fmt: skip
    arrival = _span(rng, "handoff billing", _said() | session | _side("received", arrived))
    triage.end_time_unix_nano = _START + _SECOND
    billing.start_time_unix_nano = arrival.start_time_unix_nano = _START + 2 * _SECOND
    arrival.end_time_unix_nano = arrival.start_time_unix_nano
    billing.end_time_unix_nano = _START + 3 * _SECOND
    arrival.parent_span_id = billing.span_id
    arrival.links.add(trace_id=triage.trace_id, span_id=triage.span_id)
    return triage, arrival, billing


def own(*spans: Span) -> ExportTraceServiceRequest:
    """A request with spans of the library."""
    request = _request()
    _scope(request, SCOPE).spans.extend(spans)
    return request


def beside(request: ExportTraceServiceRequest, spans: int, seed: int) -> ExportTraceServiceRequest:
    """The request with so many spans added that are no business of ours."""
    rng = random.Random(seed)
    scope = "opentelemetry.instrumentation.elasticsearch"
    _scope(request, scope).spans.extend(_span(rng, "search", _search(rng)) for _ in range(spans))
    return request


def conversation(seed: int) -> Iterator[State]:
    """Messages of about 300 bytes, user and assistant in turn, for ever."""
    rng = random.Random(seed)
    for number in count():
        yield {"role": "assistant" if number % 2 else "user", "content": message(rng)}


def model_call(messages: Sequence[State]) -> ExportTraceServiceRequest:
    """An agent and its one model call, as OpenInference tells them of the OpenAI Agents SDK.

    The prompt stands there twice: message by message, and as a whole in ``input.value``.
    """
    rng = random.Random(len(messages))
    agent = _span(rng, "agent", {"openinference.span.kind": "AGENT", "agent.name": "billing"})
    told: dict[str, object] = {
        "openinference.span.kind": "LLM", "llm.model_name": "a-model",
        "session.id": f"bench-{MARK}",
        "input.mime_type": "application/json", "input.value": orjson.dumps(messages).decode(),
    }  # fmt: skip
    for number, one in enumerate(messages):
        for name, value in one.items():
            told[f"llm.input_messages.{number}.message.{name}"] = value
    told["llm.output_messages.0.message.role"] = "assistant"
    told["llm.output_messages.0.message.content"] = "It is done."
    call = _span(rng, "response", told)
    call.parent_span_id = agent.span_id
    request = _request()
    _scope(request, OPENINFERENCE).spans.extend([agent, call])
    return request


def _handed_over(rng: random.Random) -> Span:
    context: State = {
        "order": {"id": f"ORD-{rng.randrange(10**6)}", "amount": rng.randrange(10**5) / 100},
        "customer": {"name": "Alex Example", "vip": True},
        "refund_by": "2026-12-04",
        "summary": message(rng, 200),
    }
    session = {"session.id": f"session-{rng.randrange(40):02}", "service.tier": "prod"}
    span = _span(rng, "handoff billing", _said() | session | _side("received", context))
    span.trace_id = rng.randbytes(16)
    return span


def _said() -> dict[str, object]:
    return {
        "intact.handoff.id": f"handoff-{MARK}", "intact.handoff.mode": "pass_control",
        "intact.handoff.rule": "dataflow", "intact.handoff.sequence": 1,
        "intact.handoff.source.name": "triage", "intact.handoff.target.name": "billing",
    }  # fmt: skip


def _side(side: str, context: State) -> dict[str, object]:
    text, size = to_attribute(_FINGERPRINTER.fingerprint(context, must_keep=_MUST_KEEP))
    name = f"intact.context.{side}"
    return {size_of(name): size, name: text}


def _query(rng: random.Random) -> dict[str, object]:
    return {
        "db.system.name": "postgresql", "db.namespace": "support", "db.operation.name": "SELECT",
        "db.collection.name": "messages", "db.query.text": message(rng, 1_000),
        "db.query.summary": "SELECT messages", "db.response.returned_rows": rng.randrange(900),
        "server.address": "db.example", "server.port": 5432, "network.peer.address": "192.0.2.9",
        "db.query.parameter.0": message(rng, 200), "db.query.parameter.1": message(rng, 500),
    }  # fmt: skip


def _search(rng: random.Random) -> dict[str, object]:
    return {
        "db.system.name": "elasticsearch", "db.operation.name": "search", "db.namespace": "docs",
        "db.query.text": message(rng), "db.response.body": message(rng, 700),
        "http.request.method": "POST", "url.full": "https://search.example/docs/_search",
        "db.elasticsearch.node.name": f"node-{rng.random()}", "retry.count": 0,
        "cache.hit": False, "score": 0.73, "tags": "a,b,c",
    }  # fmt: skip


def _http(rng: random.Random) -> dict[str, object]:
    return {
        "http.request.method": "POST", "url.full": "https://model.example/v1/chat/completions",
        "server.address": "model.example", "server.port": 443, "http.response.status_code": 200,
        "network.protocol.version": "1.1", "user_agent.original": "python-httpx/0.27",
        "url.scheme": "https", "http.request.body.size": rng.randrange(9_000),
        "http.response.body.size": rng.randrange(9_000), "network.peer.port": 443,
        "network.peer.address": "192.0.2.7",
    }  # fmt: skip


def _span(rng: random.Random, name: str, attributes: Mapping[str, object]) -> Span:
    return Span(
        trace_id=_TRACE,
        span_id=rng.randbytes(8),
        name=name,
        start_time_unix_nano=_START,
        end_time_unix_nano=_START + rng.randrange(_SECOND),
        attributes=[KeyValue(key=key, value=_value(value)) for key, value in attributes.items()],
    )


def _request() -> ExportTraceServiceRequest:
    request = ExportTraceServiceRequest()
    about = {
        "service.name": "support", "service.version": "1.4.2", "telemetry.sdk.language": "python",
        "telemetry.sdk.name": "opentelemetry", "deployment.environment.name": "prod",
    }  # fmt: skip
    request.resource_spans.add().resource.attributes.extend(
        KeyValue(key=key, value=_value(value)) for key, value in about.items()
    )
    return request


def _scope(request: ExportTraceServiceRequest, name: str) -> ScopeSpans:
    added = request.resource_spans[0].scope_spans.add()
    added.scope.name = name
    return added


def _value(value: object) -> AnyValue:
    if isinstance(value, bool):
        return AnyValue(bool_value=value)
    if isinstance(value, int):
        return AnyValue(int_value=value)
    if isinstance(value, float):
        return AnyValue(double_value=value)
    return AnyValue(string_value=str(value))
