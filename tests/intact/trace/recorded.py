"""What the library has told, read back from the spans of the real SDK."""

from __future__ import annotations

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

import intact
from intact.codec import attributes as names
from intact.codec.wire import from_attribute
from intact.model.fingerprint import Fingerprint


class Spans:
    """The spans that have ended, by what they tell."""

    def __init__(self, provider: TracerProvider) -> None:
        self.provider = provider
        self._exporter = InMemorySpanExporter()
        provider.add_span_processor(SimpleSpanProcessor(self._exporter))

    def all(self) -> list[ReadableSpan]:
        assert intact.flush()
        return list(self._exporter.get_finished_spans())

    def turns(self, agent: str | None = None) -> list[ReadableSpan]:
        return [
            span
            for span in self.all()
            if span.attributes.get(names.GEN_AI_OPERATION_NAME) == names.INVOKE_AGENT
            and agent in (None, span.attributes[names.GEN_AI_AGENT_NAME])
        ]

    def turn(self, agent: str) -> ReadableSpan:
        (span,) = self.turns(agent)
        return span

    def arrivals(self) -> list[ReadableSpan]:
        return [span for span in self._marks() if names.CONTEXT_RECEIVED in span.attributes]

    def departures(self) -> list[ReadableSpan]:
        return [span for span in self._marks() if names.CONTEXT_RECEIVED not in span.attributes]

    def edges(self) -> list[tuple[str | None, str | None, str]]:
        """(source, target, rule) of each arrival."""
        return [
            (
                span.attributes.get(names.SOURCE_NAME),
                span.attributes.get(names.TARGET_NAME),
                span.attributes[names.HANDOFF_RULE],
            )
            for span in self.arrivals()
        ]

    def _marks(self) -> list[ReadableSpan]:
        return [span for span in self.all() if names.HANDOFF_ID in span.attributes]


def side(span: ReadableSpan, name: str) -> Fingerprint:
    """The fingerprint that stands on a span."""
    return from_attribute(span.attributes[name], span.attributes[names.size_of(name)])


def received(span: ReadableSpan) -> Fingerprint:
    return side(span, names.CONTEXT_RECEIVED)


def sent(span: ReadableSpan) -> Fingerprint:
    return side(span, names.CONTEXT_SENT)


def output(span: ReadableSpan) -> Fingerprint:
    return side(span, names.CONTEXT_OUTPUT)


def same(fingerprint: Fingerprint, context: object) -> bool:
    """Whether a fingerprint is of this context."""
    expected = intact.fingerprint(context)
    says_something = bool(expected.facts or expected.words.total)
    return says_something and fingerprint.root == expected.root
