"""A span link: what runs an agent was set off by a message that another agent's surroundings sent.

    executor.process A > invoke_agent A, message.send (1)
    executor.process B, link to (1) > invoke_agent B

The link leads to the message's span; the sender is the turn that it belongs to, else the last one
to have begun beside it. Messages are broadcast: only where an agent ran has one been received.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from intact.codec.attributes import SCOPE as NATIVE
from intact.model.measurement import Mode, Origin
from intact_collector.handoffs.scene import Scene
from intact_collector.model.session import Edge, Turn
from intact_collector.model.span import ReducedSpan, SpanKey

RULE = "span_link"


def find(scene: Scene, found: Sequence[Edge]) -> Iterator[Edge]:
    """Edges from the turns whose messages set others off."""
    del found
    beside: defaultdict[SpanKey, list[Turn]] = defaultdict(list)
    for turn in scene.turns:
        own = scene.spans.get(turn.key)
        if own is not None and own.parent_id:
            beside[own.trace_id, own.parent_id].append(turn)
    for turn in scene.turns:
        cause = _cause(scene, turn)
        sender = _sender(scene, cause, turn, beside) if cause is not None else None
        if cause is not None and sender is not None:
            yield Edge(
                source=sender.key,
                target=turn.key,
                mode=Mode.PASS_CONTROL,
                origin=Origin.INFERRED,
                rule=RULE,
                at=cause.key,
                time=cause.start,
            )


def _cause(scene: Scene, turn: Turn) -> ReducedSpan | None:
    """The message that the nearest linked span around a turn was set off by."""
    key: SpanKey | None = turn.key
    seen: set[SpanKey] = set()
    while key is not None and key not in seen:
        seen.add(key)
        span = scene.spans.get(key)
        if span is None or span.dialect == NATIVE or (key != turn.key and key in scene.by_key):
            return None
        linked = [scene.spans[link] for link in span.links if link in scene.spans]
        if linked:
            return linked[0]
        key = (span.trace_id, span.parent_id) if span.parent_id else None
    return None


def _sender(
    scene: Scene, cause: ReducedSpan, turn: Turn, beside: Mapping[SpanKey, Sequence[Turn]]
) -> Turn | None:
    own = scene.turn_of(cause.key)
    if own is not None and own.key != turn.key:
        return own
    near = beside.get((cause.trace_id, cause.parent_id), ())
    before = [one for one in near if one.start <= cause.start and one.key != turn.key]
    return before[-1] if before else None
