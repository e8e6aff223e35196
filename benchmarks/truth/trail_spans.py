"""A recorded trace as the OTLP request that its framework's instrumentation would have sent.

In: one record of the trail set. Out: a request of OpenInference spans, attribute names and all.
The recordings hold spans of kind AGENT, LLM, TOOL and CHAIN; what was not recorded (other kinds,
end times, token limits) is not made up, and a parent that was not recorded is left out.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from benchmarks.truth.records import Record

SCOPE: Final = "openinference.instrumentation.smolagents"


def request_of(record: Record) -> ExportTraceServiceRequest:
    """All recorded spans of one trace, in one request."""
    request = ExportTraceServiceRequest()
    scope = request.resource_spans.add().scope_spans.add()
    scope.scope.name = SCOPE
    recorded = {step["span_id"] for step in record["steps"]}
    for step in record["steps"]:
        started = int(datetime.fromisoformat(step["t"]).timestamp() * 1e9)
        span = scope.spans.add(
            trace_id=bytes.fromhex(record["id"]),
            span_id=bytes.fromhex(step["span_id"]),
            name=step["name"],
            start_time_unix_nano=started,
            end_time_unix_nano=started,
        )
        if step["parent"] in recorded:
            span.parent_span_id = bytes.fromhex(step["parent"])
        _describe(span, step, record["pool"])
    return request


def _describe(span: Span, step: Record, pool: list[str]) -> None:
    """Set the attributes that say what a span is, was given and answered."""
    _set(span, "openinference.span.kind", step["kind"])
    answered = None if step["out"] is None else pool[step["out"]]
    if step["kind"] == "LLM":
        _set(span, "llm.model_name", step.get("model") or "")
        for number, (role, text) in enumerate(step["in"] or ()):
            if role is not None:
                _set(span, f"llm.input_messages.{number}.message.role", role)
            _set(span, f"llm.input_messages.{number}.message.content", pool[text])
        if answered is not None:
            _set(span, "llm.output_messages.0.message.role", "assistant")
            _set(span, "llm.output_messages.0.message.content", answered)
        return
    if step["kind"] == "TOOL":
        _set(span, "tool.name", step["name"])
    if step["in"] is not None:
        _set(span, "input.value", pool[step["in"]])
    if answered is not None:
        _set(span, "output.value", answered)


def _set(span: Span, name: str, value: str) -> None:
    span.attributes.add(key=name).value.string_value = value
