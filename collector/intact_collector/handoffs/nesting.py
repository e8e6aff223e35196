"""An agent that ran inside another: it was called, and gives control back.

It ran in a tool of its caller, or, where a framework shows no such tool, directly inside a turn
whose agent had spoken before, or that called another service. An agent that never spoke is a
workflow around others, and hands nothing over. There is an edge to the called agent and one back
(`return`), unless the caller never spoke again: a tool whose result is the caller's own final
answer passes control for good.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from intact.codec.attributes import SCOPE as NATIVE
from intact.model.measurement import Mode, Origin
from intact_collector.handoffs.scene import Scene
from intact_collector.model.session import Edge, Turn
from intact_collector.model.span import ReducedSpan, Role

RULE = "tool_nesting"
INSIDE = "agent_nesting"
REMOTE = "remote_call"


def find(scene: Scene, found: Sequence[Edge]) -> Iterator[Edge]:
    """Edges from callers to the turns inside them, and back."""
    entered = {edge.target for edge in found}
    passed = {edge.source: edge.target for edge in found if edge.mode is Mode.PASS_CONTROL}
    for turn in scene.turns:
        tool = scene.tool_above(turn)
        caller = scene.turn_of(tool.key) if tool is not None else _around(scene, turn)
        if caller is None or caller.agent == turn.agent or turn.key in entered:
            continue
        mark = tool.key if tool is not None else turn.key
        rule = RULE if tool is not None else REMOTE if _remote(caller, turn) else INSIDE
        last = _last(scene, turn, passed)
        for_good = _never_spoke_again(scene, caller, last)
        yield Edge(
            source=caller.key,
            target=turn.key,
            mode=Mode.PASS_CONTROL if for_good else Mode.RETURN_TO_CALLER,
            origin=Origin.INFERRED,
            rule=rule,
            at=mark,
            time=tool.start if tool is not None else turn.start,
            mark=mark,
        )
        if last.ended and not for_good and last.agent != caller.agent:
            yield Edge(
                source=last.key,
                target=caller.key,
                mode=Mode.RETURN,
                origin=Origin.INFERRED,
                rule=rule,
                at=mark,
                time=last.end if tool is None else max(last.end, tool.end),
                mark=mark if tool is not None else None,
            )


def _around(scene: Scene, turn: Turn) -> Turn | None:
    """The turn directly around this one, where its agent called a model before.

    Frameworks are asked within themselves: an application's own agent around a framework's run is
    the same agent under another name, and what the library marks it also declares.
    """
    above = scene.by_key.get(turn.parent) if turn.parent is not None else None
    if above is None or above.dialect == turn.dialect == NATIVE:
        return None
    if _remote(above, turn):
        return above
    if above.dialect != turn.dialect:
        return None
    spoke = any(s.role is Role.MODEL and s.start <= turn.start for s in scene.of(above))
    return above if spoke else None


def _remote(caller: Turn, turn: Turn) -> bool:
    """Whether an agent was called in another service."""
    known = caller.service is not None and turn.service is not None
    return known and caller.service != turn.service


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
