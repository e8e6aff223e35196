"""Agents used as tools whose spans lie beside their caller's, not inside its tool's.

    [Triage Agent.agent] > [refunds_specialist.tool]
    [Refunds Agent.agent]                   within the time of that tool

Traceloop hangs every agent of the OpenAI Agents SDK below the run. Time alone tells, so it is asked
of such a dialect only: agents that merely run at the same time hand nothing over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from intact_collector.model.session import Turn
from intact_collector.model.span import ReducedSpan, SpanKey

_DIALECTS = frozenset({"traceloop.openai_agents"})


def beside(
    turns: Sequence[Turn], tools: Iterable[tuple[ReducedSpan, Turn]]
) -> Mapping[SpanKey, ReducedSpan]:
    """Turns, by key, with the tool that each ran in.

    Args:
        turns: Turns of a session, in time order.
        tools: Its tool spans, in time order, each with the turn it belongs to.
    """
    free = [(tool, owner) for tool, owner in tools if owner.dialect in _DIALECTS]
    found: dict[SpanKey, ReducedSpan] = {}
    for turn in turns if free else ():
        if turn.dialect not in _DIALECTS or not turn.ended:
            continue
        for index, (tool, owner) in enumerate(free):
            if tool.start > turn.start:
                break
            within = turn.end <= tool.end and tool.trace_id == turn.key[0]
            if within and turn.parent == owner.parent and owner.key != turn.key:
                found[turn.key] = tool
                del free[index]  # one run of a tool is one run of an agent, in the same order
                break
    return found
