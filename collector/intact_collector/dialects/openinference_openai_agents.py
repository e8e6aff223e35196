"""OpenInference on the OpenAI Agents SDK.

    [Customer support] AGENT                the workflow root: no agent, it has no ``agent.name``
      [Customer support] CHAIN
        [Triage Agent] AGENT                ``agent.name``
          [turn] CHAIN > [response] LLM, [handoff to Refunds Agent] TOOL
        [Refunds Agent] AGENT               ``graph.node.parent_id`` = who handed over

The name on ``graph.node.parent_id`` survives when content is off and is the best sign of a
handoff. The handoff's own tool span has no ``tool.name``; its target stands in its output, or, when
that is redacted, in its span name.
"""

from __future__ import annotations

from intact_collector.dialects import openinference
from intact_collector.dialects.problems import is_redacted
from intact_collector.dialects.raw import RawSpan
from intact_collector.dialects.rules import Rules, declare, named
from intact_collector.model.span import HandoffHint, Role

_HANDOFF = "handoff to "

agent = named("agent.name")


def role(span: RawSpan) -> Role:
    """What a span is, by its kind; a tool without a name that hands off is a mark of that."""
    found = openinference.role(span)
    unnamed = found is Role.TOOL and span.text(openinference.TOOL_NAME) is None
    return Role.HANDOFF if unnamed and span.name.startswith(_HANDOFF) else found


def handoff(span: RawSpan) -> HandoffHint | None:
    """Who handed over to this agent, or whom this mark names."""
    found = role(span)
    if found is Role.HANDOFF:
        target = span.text(openinference.OUTPUT)
        if target is None or is_redacted(target):
            target = span.name[len(_HANDOFF) :].strip() or None
        return HandoffHint(target=target)
    source = span.text("graph.node.parent_id") if found is Role.AGENT else None
    return HandoffHint(source=source, target=agent(span)) if source is not None else None


DIALECT = declare(
    "openinference.openai_agents",
    ("openinference.instrumentation.openai_agents",),
    Rules(
        role=role,
        agent=agent,
        model=openinference.model,
        tool=openinference.tool,
        handoff=handoff,
    ),
)
