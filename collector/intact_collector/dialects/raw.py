"""One OTLP span as a dialect sees it: plain values, no protobuf.

Made at the edge (`intact_collector.otlp`) for spans whose scope a dialect claims. It lives until
the dialect has read it; nothing here is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from intact_collector.model.span import SpanKey

#: Longest name (of an agent, a tool, a session) that is taken over; longer ones are cut.
LONGEST_NAME = 256


@dataclass(frozen=True, slots=True)
class RawEvent:
    """An event of a span, or a log record that belongs to one."""

    name: str
    attributes: Mapping[str, object] = field(default_factory=dict)
    body: object = None  # of a log record


@dataclass(frozen=True, slots=True)
class RawSpan:
    """A span with its content. Attribute values are str, bool, int, float, bytes, list, dict."""

    trace_id: bytes
    span_id: bytes
    parent_id: bytes  # b"" for a root
    start: int  # Unix nanoseconds
    end: int
    name: str
    scope: str
    attributes: Mapping[str, object] = field(default_factory=dict)
    resource: Mapping[str, object] = field(default_factory=dict)
    links: tuple[SpanKey, ...] = ()
    dropped_attributes: int = 0
    events: tuple[RawEvent, ...] = ()  # those of the GenAI conventions: others hold no messages

    def text(self, *names: str) -> str | None:
        """The first of these attributes that is a string with something in it, as a name."""
        return first_text(self.attributes, *names)


def first_text(attributes: Mapping[str, object], *names: str) -> str | None:
    """The first of the named values that is a non-empty string, cut to a name's length.

    >>> first_text({"agent_name": " ", "gen_ai.agent.name": "triage"}, "agent_name",
    ...            "gen_ai.agent.name")
    'triage'
    """
    for name in names:
        value = attributes.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()[:LONGEST_NAME]
    return None
