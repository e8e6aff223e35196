"""What says to which session a turn belongs.

In: turns and the spans of their traces.  Out: for every turn its session keys by kind, inherited
from its ancestors in the trace where it has none itself, and the links that leave it.
Left to others: what those keys join (`stitch`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from intact_collector.model.session import Turn
from intact_collector.model.span import KeyKind, ReducedSpan, Role, SpanKey

#: Kinds whose values can differ between turns of one trace, and then keep them apart.
STRONG = (KeyKind.SESSION, KeyKind.CONVERSATION)

#: Spans that mark a handoff: what they link to is the sender.
MARKS = frozenset({Role.HANDOFF, Role.ARRIVAL})


@dataclass(frozen=True, slots=True)
class Belonging:
    """The session keys and links of one turn."""

    scope: str
    values: Mapping[KeyKind, frozenset[str]]
    first: Mapping[KeyKind, str]  # per kind the value that the turn itself names first
    links: tuple[SpanKey, ...]
    marked_links: tuple[SpanKey, ...]  # links of handoff marks
    handoffs: frozenset[str]  # ids of the handoffs that the turn has a part in


def belonging(turn: Turn, spans: Mapping[SpanKey, ReducedSpan]) -> Belonging:
    """Keys of the turn's own spans; of a kind that none of them has, the nearest ancestor's."""
    values: dict[KeyKind, set[str]] = {}
    first: dict[KeyKind, str] = {}
    links: set[SpanKey] = set()
    marked: set[SpanKey] = set()
    handoffs: set[str] = set()
    own = own_spans(turn, spans)
    for span in own:
        for key in span.keys:
            values.setdefault(key.kind, set()).add(key.value)
            first.setdefault(key.kind, key.value)
        (marked if span.role in MARKS else links).update(span.links)
        if span.handoff is not None and span.handoff.id:
            handoffs.add(span.handoff.id)
    scope = own[0].scope if own else ""
    settled = frozenset(values)
    for span in ancestors(turn, spans):
        scope = scope or span.scope
        for key in span.keys:
            if key.kind not in settled and key.kind not in first:
                values[key.kind] = {key.value}
                first[key.kind] = key.value
    return Belonging(
        scope=scope,
        values={kind: frozenset(found) for kind, found in values.items()},
        first=first,
        links=tuple(sorted(links)),
        marked_links=tuple(sorted(marked)),
        handoffs=frozenset(handoffs),
    )


def own_spans(turn: Turn, spans: Mapping[SpanKey, ReducedSpan]) -> list[ReducedSpan]:
    """The spans of a turn that have arrived: its agent span first, then by time."""
    keys = {turn.key, *turn.spans}
    found = [spans[key] for key in keys if key in spans]
    return sorted(found, key=lambda span: (span.key != turn.key, span.start, span.end, span.key))


def ancestors(turn: Turn, spans: Mapping[SpanKey, ReducedSpan]) -> Iterator[ReducedSpan]:
    """Spans above a turn, nearest first, as far as they have arrived."""
    own = {turn.key, *turn.spans}
    seen: set[SpanKey] = set()
    at = spans.get(turn.key) or next(iter(own_spans(turn, spans)), None)
    while at is not None and at.parent_id and at.key not in seen:
        seen.add(at.key)
        at = spans.get((at.trace_id, at.parent_id))
        if at is not None and at.key not in own:
            yield at
