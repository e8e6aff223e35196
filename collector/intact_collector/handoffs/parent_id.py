"""OpenInference: the receiver's span names who handed over (``graph.node.parent_id``).

Where only the sender's own "handoff to X" span was seen, the next turn of X is the receiver. The
receiver's word comes first: it survives when content is off.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from intact.model.measurement import Mode, Origin
from intact_collector.handoffs.scene import Scene
from intact_collector.model.session import Edge, Turn
from intact_collector.model.span import ReducedSpan, Role

PARENT_ID = "graph.node.parent_id"
HANDOFF_TOOL = "handoff_tool"


def find(scene: Scene, found: Sequence[Edge]) -> Iterator[Edge]:
    """Edges to turns that name their sender, then those from handoff spans alone."""
    del found
    reached = set()
    for span, target in scene.with_role(Role.AGENT):
        hint = span.handoff
        if hint is None or hint.source is None or hint.target is None or hint.rule is not None:
            continue
        source = scene.last_named(hint.source, span.trace_id, before=target)
        if source is not None:
            reached.add(target.key)
            yield _edge(source, target, _mark(scene, source, target), PARENT_ID)
    for span, source in scene.with_role(Role.HANDOFF):
        if span.handoff is None or span.handoff.target is None or span.handoff.rule is not None:
            continue  # marks with a rule of their own are found by that
        receiver = scene.next_named(span.handoff.target, span.trace_id, span.start)
        if receiver is not None and receiver.key not in reached:
            yield _edge(source, receiver, span, HANDOFF_TOOL)


def _mark(scene: Scene, source: Turn, target: Turn) -> ReducedSpan | None:
    """The sender's span that announced this receiver, the last one before it started."""
    marks = [
        span
        for span in scene.of(source)
        if span.role is Role.HANDOFF
        and span.handoff is not None
        and span.handoff.target == target.agent
        and span.start <= target.start
    ]
    return marks[-1] if marks else None


def _edge(source: Turn, target: Turn, mark: ReducedSpan | None, rule: str) -> Edge:
    return Edge(
        source=source.key,
        target=target.key,
        mode=Mode.PASS_CONTROL,
        origin=Origin.DECLARED,
        rule=rule,
        at=mark.key if mark is not None else target.key,
        time=mark.start if mark is not None else target.start,
    )
