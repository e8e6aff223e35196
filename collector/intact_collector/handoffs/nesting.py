"""An agent that ran inside a tool of another agent: it was called, and gives control back.

There is an edge to it and one back (`return`), unless the caller never spoke again: a tool whose
result is the caller's own final answer passes control for good.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from intact.model.measurement import Mode, Origin
from intact_collector.handoffs.scene import Scene
from intact_collector.model.session import Edge, Turn
from intact_collector.model.span import ReducedSpan, Role

RULE = "tool_nesting"


def find(scene: Scene, found: Sequence[Edge]) -> Iterator[Edge]:
    """Edges from callers to the turns inside their tools, and back."""
    entered = {edge.target for edge in found}
    passed = {edge.source: edge.target for edge in found if edge.mode is Mode.PASS_CONTROL}
    for turn in scene.turns:
        tool = scene.tool_above(turn)
        caller = scene.turn_of(tool.key) if tool is not None else None
        if tool is None or caller is None or caller.agent == turn.agent or turn.key in entered:
            continue
        last = _last(scene, turn, passed)
        for_good = _never_spoke_again(scene, caller, last)
        yield Edge(
            source=caller.key,
            target=turn.key,
            mode=Mode.PASS_CONTROL if for_good else Mode.RETURN_TO_CALLER,
            origin=Origin.INFERRED,
            rule=RULE,
            at=tool.key,
            time=tool.start,
            mark=tool.key,
        )
        if last.ended and not for_good and last.agent != caller.agent:
            yield Edge(
                source=last.key,
                target=caller.key,
                mode=Mode.RETURN,
                origin=Origin.INFERRED,
                rule=RULE,
                at=tool.key,
                time=max(last.end, tool.end),
                mark=tool.key,
            )


def _last(scene: Scene, turn: Turn, passed: dict[tuple[bytes, bytes], tuple[bytes, bytes]]) -> Turn:
    """Who gives control back: the called agent, or the last one that it passed control to."""
    seen = {turn.key}
    while (following := passed.get(turn.key)) is not None and following not in seen:
        seen.add(following)
        turn = scene.by_key[following]
    return turn


def _never_spoke_again(scene: Scene, caller: Turn, callee: Turn) -> bool:
    """Whether the caller, ended by now, called no model after the called agent was done."""
    calls: list[ReducedSpan] = [s for s in scene.of(caller) if s.role is Role.MODEL]
    return caller.ended and bool(calls) and all(call.start < callee.end for call in calls)
