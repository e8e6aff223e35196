"""Traceloop (OpenLLMetry) on the OpenAI Agents SDK.

    [Agent Workflow] kind=workflow
      [Triage Agent.agent] kind=agent
        [openai.response] op=chat
        [Triage Agent → unknown.handoff] op=handoff    names the source alone
      [Refunds Agent.agent] > [openai.response], [lookup_order.tool], …

A handoff is marked before its target is known. Agents are found by name in a map that all runs of a
process share, so that a mark may lie in another run; and an agent used as a tool lies beside its
caller, within the time of the tool (`handoffs.beside`). With chat completions the answer of a model
is not told; what it called stands in the next prompt.
"""

from __future__ import annotations

from intact_collector.dialects import genai
from intact_collector.dialects.raw import RawSpan
from intact_collector.dialects.rules import Rules, by, declare, named
from intact_collector.dialects.transfer_tool import Transfer
from intact_collector.model.span import Role

_KIND = "traceloop.span.kind"
_CALLS = "openai."  # how the names of its model calls begin: they have no kind

_by_kind = by(_KIND, {"agent": Role.AGENT, "tool": Role.TOOL})


def marks(span: RawSpan) -> bool:
    """Whether it is Traceloop's: `openai_agents_v2` has the same scope."""
    return _KIND in span.attributes or span.name.startswith(_CALLS)


def role(span: RawSpan) -> Role:
    """What a span is, by its kind, or its operation where it has none."""
    return _by_kind(span) if _KIND in span.attributes else genai.role(span)


DIALECT = declare(
    "traceloop.openai_agents",
    ("opentelemetry.instrumentation.openai_agents",),
    Rules(
        role=role,
        agent=named("gen_ai.agent.name", but_not=frozenset({"unknown_agent"})),
        model=genai.model,
        tool=genai.tool,
        handoff=genai.handoff,
        transfer=Transfer(),
    ),
    marks,
)
