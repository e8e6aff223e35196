"""LangGraph: a command with a ``goto``, returned by a node or by a transfer tool in it.

The command names the target and carries what is passed on. The same command shows on several spans
(tool, node); the edge between two turns is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from intact.model.measurement import Mode, Origin
from intact_collector.handoffs.scene import Scene
from intact_collector.model.session import Edge
from intact_collector.model.span import Role

RULE = "command.goto"


def find(scene: Scene, found: Sequence[Edge]) -> Iterator[Edge]:
    """Edges from turns that sent a command to the next run of the node that it names."""
    del found
    seen = set()
    for span, source in scene.with_role(Role.HANDOFF, Role.AGENT, Role.OTHER):
        hint = span.handoff
        if hint is None or hint.rule != RULE or hint.target is None:
            continue
        target = scene.next_named(hint.target, span.trace_id, span.end)
        if target is None or (source.key, target.key) in seen:
            continue
        seen.add((source.key, target.key))
        yield Edge(
            source=source.key,
            target=target.key,
            mode=Mode.PASS_CONTROL,
            origin=Origin.DECLARED,
            rule=RULE,
            at=span.key,
            time=span.end,
            mark=span.key,
        )
