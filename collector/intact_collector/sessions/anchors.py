"""Which spans are known to belong to which turn, and what its agent is called.

In: the spans of a cluster.  Out: `Anchors`, from which everything else follows by descent
(`lineage`). The key of a turn is that of its agent's span, even while that is missing: the turn
stays the same when it arrives.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from intact.codec.attributes import SCOPE as NATIVE
from intact_collector.model.span import ReducedSpan, Role, SpanKey
from intact_collector.sessions.lineage import Lineage, Spans, parent_of, topmost

_TELLING = frozenset({Role.AGENT, Role.MODEL, Role.HANDOFF})


@dataclass(slots=True)
class Anchors:
    """Filled rule by rule; owned by `find_anchors` until it returns."""

    turns: dict[SpanKey, SpanKey] = field(default_factory=dict)  # span -> turn
    names: dict[SpanKey, str] = field(default_factory=dict)  # turn -> agent
    witness: dict[SpanKey, ReducedSpan] = field(default_factory=dict)  # of a turn without spans

    def add(self, turn: SpanKey, name: str, *spans: SpanKey) -> None:
        self.names[turn] = name
        self.turns.update((span, turn) for span in (turn, *spans))


def find_anchors(spans: Spans) -> Anchors:
    """The anchors of all turns, those of one agent directly inside each other joined."""
    anchors = Anchors()
    _by_marks(spans, anchors)
    _by_runs(spans, anchors)
    for span in spans.values():
        if span.role is Role.AGENT and span.agent and span.turn_key is None:
            anchors.add(span.key, span.agent)
    _by_arrivals(spans, anchors)
    _collapse(spans, anchors)
    return anchors


def is_own(span: ReducedSpan) -> bool:
    """Whether a span is the turn's own: an agent's, or a node run of a graph."""
    return span.agent is not None and (
        span.role is Role.AGENT or (span.role is Role.OTHER and span.turn_key is not None)
    )


def _by_marks(spans: Spans, anchors: Anchors) -> None:
    """Native marks end at once, and say whose their still open parent, or their link, is.

    The turn's own word for its name counts more than that of a departure from it, or of a link.
    """
    said: dict[SpanKey, tuple[int, str]] = {}
    for span in spans.values():
        if span.dialect != NATIVE:
            continue
        claims: list[tuple[SpanKey | None, int, str | None]] = []
        if span.role is Role.OTHER:
            claims.append((parent_of(span), 0, span.agent))
        elif span.handoff is not None:
            if span.role is Role.HANDOFF and not span.links:
                claims.append((parent_of(span), 1, span.handoff.source))
            claims.extend((link, 2, span.handoff.source) for link in span.links[:1])
        for key, rank, name in claims:
            if key is not None and name is not None and key not in spans:
                said[key] = min(said.get(key, (9, "")), (rank, name))
                anchors.witness.setdefault(key, span)
    for key, (_, name) in said.items():
        anchors.add(key, name)


def _by_runs(spans: Spans, anchors: Anchors) -> None:
    """A run is a turn when an agent, a model or a transfer tool is in it; else it is a function.

    A node of a graph may hold a compiled agent of another name, whose name then is the turn's, or
    several of them: then each of these is a turn.
    """
    runs: dict[tuple[bytes, str], list[ReducedSpan]] = defaultdict(list)
    for span in spans.values():
        if span.turn_key is not None:
            runs[span.trace_id, span.turn_key].append(span)
    for run in runs.values():
        if not any(span.role in _TELLING for span in run):
            continue
        agents = [span for span in run if span.role is Role.AGENT and span.agent]
        inner = _innermost(agents, spans)
        if len({span.agent for span in inner}) > 1:
            for span in inner:
                anchors.add(span.key, str(span.agent))
            continue
        name = min((span.agent for span in inner or run if span.agent), default=None)
        if name is not None:
            whole = [span for span in run if is_own(span)]
            key = topmost(whole).key if whole else _missing_parent(topmost(run), spans)
            anchors.add(key, name, *(span.key for span in run))


def _innermost(agents: Sequence[ReducedSpan], spans: Spans) -> list[ReducedSpan]:
    """The agent spans of a run that hold no other agent span of it."""
    lineage = Lineage(spans, {span.key: span.key for span in agents})
    holders = {lineage.above(span)[0] for span in agents}
    return [span for span in agents if span.key not in holders]


def _missing_parent(top: ReducedSpan, spans: Spans) -> SpanKey:
    """The key of the agent's span, which has not arrived: children come first."""
    parent = parent_of(top)
    return top.key if parent is None or parent in spans else parent


def _by_arrivals(spans: Spans, anchors: Anchors) -> None:
    """The turn that an arrival belongs to: the one around it, else the one that it began.

    An arrival told before its agent runs is the parent or the elder sibling of that agent's span,
    and may itself hang under the sender's departure.
    """
    arrivals = [span for span in spans.values() if span.role is Role.ARRIVAL]
    if not arrivals:
        return
    begun: dict[SpanKey, list[ReducedSpan]] = defaultdict(list)
    for span in spans.values():
        parent = parent_of(span)
        if span.role is Role.AGENT and parent is not None:
            begun[parent].append(span)
    lineage = Lineage(spans, dict(anchors.turns))
    for arrival in arrivals:
        parent = parent_of(arrival)
        above = spans.get(parent) if parent is not None else None
        departed = above is not None and above.role is Role.HANDOFF
        if not departed and lineage.at(parent)[0] is not None:
            continue
        target = arrival.handoff.target if arrival.handoff is not None else None
        siblings = begun.get(parent, []) if parent is not None else []
        receivers = begun.get(arrival.key) or [
            span for span in siblings if span.agent == target and span.start >= arrival.start
        ]
        known = [span for span in receivers if span.key in anchors.turns]
        if known:
            anchors.turns[arrival.key] = anchors.turns[known[0].key]
        elif target is not None:
            open_turn = parent if parent is not None and above is None else arrival.key
            anchors.add(open_turn, target)


def _collapse(spans: Spans, anchors: Anchors) -> None:
    """Turns of one agent directly inside each other become one, under the outer one's key."""
    lineage = Lineage(spans, dict(anchors.turns))
    into: dict[SpanKey, SpanKey] = {}
    for turn, name in anchors.names.items():
        span = spans.get(turn)
        if span is None:
            continue
        outer, by_tool = lineage.above(span)
        if outer is not None and outer != turn and anchors.names[outer] == name and not by_tool:
            into[turn] = outer
    for turn in sorted(into):
        _cut_ring(turn, into)
    for span_key, turn in anchors.turns.items():
        while turn in into:
            turn = into[turn]
        anchors.turns[span_key] = turn
    for turn in into:
        del anchors.names[turn]


def _cut_ring(turn: SpanKey, into: dict[SpanKey, SpanKey]) -> None:
    """Parents come from outside and may form a ring: it is opened at its first member."""
    seen = {turn}
    at: SpanKey | None = into.get(turn)
    while at is not None and at not in seen:
        seen.add(at)
        at = into.get(at)
    if at == turn:
        del into[turn]
