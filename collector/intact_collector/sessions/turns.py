"""Spans go in, turns come out: one for each invocation of an agent.

A turn is an agent's span, or a node run of a graph in which a model was called; spans of the same
agent directly inside each other are one turn. A turn whose own span has not arrived is there as
soon as something tells whose it is. Neither the order of the input nor repetitions matter.

Left to others: which turns are one session (`stitch`), which are handoffs (`handoffs`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from intact_collector.model.session import Turn
from intact_collector.model.span import ReducedSpan, SpanKey
from intact_collector.sessions.anchors import Anchors, find_anchors, is_own
from intact_collector.sessions.lineage import Lineage, Spans, topmost


def assemble_turns(spans: Sequence[ReducedSpan]) -> list[Turn]:
    """The turns that these spans show, in time order. Linear in the number of spans."""
    by_key = {span.key: span for span in sorted(spans, key=_span_time)}
    anchors = find_anchors(by_key)
    lineage = Lineage(by_key, anchors.turns)
    members: dict[SpanKey, list[ReducedSpan]] = {turn: [] for turn in anchors.names}
    for span in by_key.values():
        turn, _ = lineage.at(span.key)
        if turn is not None:
            members[turn].append(span)
    turns = [
        _turn(key, name, members[key], by_key, anchors, lineage)
        for key, name in anchors.names.items()
    ]
    return _with_roots(sorted(turns, key=_turn_time))


def _turn(
    key: SpanKey,
    agent: str,
    members: Sequence[ReducedSpan],
    spans: Spans,
    anchors: Anchors,
    lineage: Lineage,
) -> Turn:
    """One turn; while its own span is missing, its times are those of what has arrived."""
    own = spans.get(key)
    ended = own is not None and is_own(own)
    if own is not None and ended:
        start, end, first = own.start, own.end, own
    elif members:
        start, end = min(s.start for s in members), max(s.end for s in members)
        first = topmost(members)
    else:
        first = anchors.witness[key]
        start = end = first.start - 1  # it began before the mark that names it
    parent = lineage.above(own or first)[0] if members else None
    return Turn(
        key=key,
        agent=agent,
        start=start,
        end=end,
        ended=ended,
        dialect=first.dialect,
        service=first.service,
        service_version=first.service_version,
        spans=tuple(span.key for span in members),
        parent=None if parent == key else parent,
    )


def _with_roots(turns: Iterable[Turn]) -> list[Turn]:
    """Mark the turn that starts each trace: the first one, when it did not run inside another."""
    met: set[bytes] = set()
    marked = []
    for turn in turns:
        starts = turn.key[0] not in met and turn.parent is None
        met.add(turn.key[0])
        marked.append(replace(turn, root=True) if starts else turn)
    return marked


def _span_time(span: ReducedSpan) -> tuple[int, int, SpanKey]:
    return (span.start, span.end, span.key)


def _turn_time(turn: Turn) -> tuple[int, int, SpanKey]:
    return (turn.start, turn.end, turn.key)
