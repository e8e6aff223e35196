"""A span says that control passes: by a command, a transfer tool, or attributes made for it.

The hint names the target, or the next agent beside the sender is meant. The same transfer may show
on several spans (model call, tool, node); the edge between two turns is one, and the span with the
payload carries it. A call that was only seen in a model's answer needs its target's name: a tool
that merely sounds like a transfer is one of the user's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from intact.model.measurement import Mode, Origin
from intact_collector.handoffs.scene import Scene, plain
from intact_collector.model.session import Edge, Turn
from intact_collector.model.span import HandoffRule, ReducedSpan, Role, SpanKey

_RULES = frozenset(HandoffRule)
#: Marks that carry a payload before those that merely tell.
_ORDER = (Role.HANDOFF, Role.TOOL, Role.AGENT, Role.OTHER, Role.MODEL)


def find(scene: Scene, found: Sequence[Edge]) -> Iterator[Edge]:
    """Edges from turns that passed control to those that got it."""
    del found
    seen: set[tuple[SpanKey, SpanKey]] = set()
    for role in _ORDER:
        for span in scene.spans.values():
            turn = _sender(scene, span) if span.role is role else None
            edge = _edge(scene, span, turn) if turn is not None else None
            if edge is not None and (edge.source, edge.target) not in seen:
                seen.add((edge.source, edge.target))
                yield edge


def _sender(scene: Scene, span: ReducedSpan) -> Turn | None:
    """The turn whose span it is. One that names another sender lies in the wrong place."""
    hint = span.handoff
    if hint is None or hint.rule not in _RULES:
        return None
    turn = scene.turn_of(span.key)
    if turn is None and hint.source is not None:
        return scene.last_running(hint.source, span.trace_id, span.start)
    named = hint.source is None or hint.target == (turn.agent if turn is not None else None)
    if turn is None or named or plain(turn.agent) == plain(hint.source or ""):
        return turn
    return None


def _edge(scene: Scene, span: ReducedSpan, turn: Turn) -> Edge | None:
    hint = span.handoff
    if hint is None:
        return None
    if span.role is Role.AGENT and hint.source is not None and hint.target == turn.agent:
        source, target = scene.last_named(hint.source, span.trace_id, before=turn), turn
        time = turn.start
    else:
        source, time = turn, span.end
        later = _receiver(scene, span, turn)
        if later is None:
            return None
        target = later
    if source is None or source.key == target.key:
        return None
    return Edge(
        source=source.key,
        target=target.key,
        mode=hint.mode or Mode.PASS_CONTROL,
        origin=Origin.INFERRED if hint.rule == HandoffRule.CALL else Origin.DECLARED,
        rule=str(hint.rule),
        at=span.key,
        time=time,
        mark=span.key,
    )


def _receiver(scene: Scene, span: ReducedSpan, sender: Turn) -> Turn | None:
    hint = span.handoff
    if hint is None:
        return None
    if hint.target is not None:
        return scene.next_named(hint.target, span.trace_id, span.end)
    astray = hint.rule == HandoffRule.ATTRIBUTES and _at_work(scene, sender, span.end)
    if astray or hint.rule == HandoffRule.CALL:
        return None
    return scene.next_beside(sender, span.end)


def _at_work(scene: Scene, sender: Turn, time: int) -> bool:
    """Whether an agent went on after this: a mark made then is of another run of that agent."""
    acts = (span for span in scene.of(sender) if span.role in (Role.MODEL, Role.TOOL))
    return any(span.end > time for span in acts)
