"""Who ran inside what: spans as a forest, each asked for the turn that it belongs to.

An *anchor* is a span that is known to belong to a turn (`anchors`). Every other span belongs to
the nearest anchor above it. Parents may be missing: children arrive first, roots last or never. An
identity that is known of a missing parent is an anchor as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from intact_collector.model.span import ReducedSpan, Role, SpanKey

Spans = Mapping[SpanKey, ReducedSpan]


def parent_of(span: ReducedSpan) -> SpanKey | None:
    """The key of the parent, whether that has arrived or not."""
    return (span.trace_id, span.parent_id) if span.parent_id else None


def topmost(spans: Iterable[ReducedSpan]) -> ReducedSpan:
    """Of spans that ran inside each other the one that began first and lasted longest."""
    return min(spans, key=lambda span: (span.start, -span.end, span.key))


class Lineage:
    """The nearest anchor at or above each span, remembered: a walk up is paid for once."""

    def __init__(self, spans: Spans, anchors: Mapping[SpanKey, SpanKey]) -> None:
        self._spans = spans
        self._anchors = anchors
        self._found: dict[SpanKey, tuple[SpanKey | None, bool]] = {}

    def at(self, key: SpanKey | None) -> tuple[SpanKey | None, bool]:
        """The turn of the nearest anchor at or above ``key``, and whether a tool lies between."""
        walked: list[SpanKey] = []
        seen: set[SpanKey] = set()
        found: tuple[SpanKey | None, bool] = (None, False)
        while key is not None and key not in seen:  # ids come from outside: they may form a ring
            if key in self._found:
                found = self._found[key]
                break
            if key in self._anchors:
                found = (self._anchors[key], False)
                break
            seen.add(key)
            walked.append(key)
            span = self._spans.get(key)
            key = parent_of(span) if span is not None else None
        for below in reversed(walked):
            span = self._spans.get(below)
            found = (found[0], found[1] or (span is not None and span.role is Role.TOOL))
            self._found[below] = found
        return found

    def above(self, span: ReducedSpan) -> tuple[SpanKey | None, bool]:
        """The same, strictly above a span."""
        return self.at(parent_of(span))
