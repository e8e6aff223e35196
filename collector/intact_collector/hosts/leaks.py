"""What only whole spans show: places that tell content, and traces that lie in several files.

In: OTLP requests, as their sender wrote them. Out: counts in a `Tally`, never what stands there.
The collector drops names, status messages and exception events of foreign spans before anything
else, so this is for files.
"""

from __future__ import annotations

from collections.abc import Iterator

import orjson
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from intact_collector.diagnosis import Leak, Tally
from intact_collector.dialects.choose import REGISTRY

#: A span's name of so many words is a sentence, not a name.
_WORDY = 8

_TELLING = frozenset({"instructions", "messages", "input", "prompt", "contents"})


def examine(request: ExportTraceServiceRequest, source: str, tally: Tally) -> None:
    """Count what a request from one source shows."""
    for resource in request.resource_spans:
        for scope in resource.scope_spans:
            named = REGISTRY.of(scope.scope.name)
            for span in scope.spans:
                tally.came_from(span.trace_id, source)
                told = tuple(leaks(span)) if named else ()
                if told:
                    tally.leaked(named[0].name, told)


def leaks(span: Span) -> Iterator[Leak]:
    """Places of a span that hold more than names and numbers. Status and exceptions count once."""
    if len(span.name.split()) >= _WORDY:
        yield Leak.NAME
    if span.status.message:
        yield Leak.STATUS
    if any(event.name == "exception" for event in span.events):
        yield Leak.EXCEPTION
    for attribute in span.attributes:
        if attribute.key == Leak.PARAMETERS.value and _tells(attribute.value.string_value):
            yield Leak.PARAMETERS
        elif attribute.key == Leak.INSTRUCTIONS.value and attribute.value.ByteSize():
            yield Leak.INSTRUCTIONS


def _tells(text: str) -> bool:
    try:
        loaded = orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return isinstance(loaded, dict) and any(loaded.get(key) for key in _TELLING)
