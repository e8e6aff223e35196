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

from intact_collector.dialects.dialect import Dialect, Reading
from intact_collector.dialects.messages import tool_call_of
from intact_collector.dialects.openinference import (
    INPUT,
    KIND,
    OUTPUT,
    TOOL_NAME,
    model,
    value,
)
from intact_collector.dialects.problems import distinct, is_redacted
from intact_collector.dialects.raw import RawSpan
from intact_collector.model.span import HandoffHint, Role

_HANDOFF = "handoff to "


def read(span: RawSpan) -> Reading:
    """What one span says."""
    kind = span.text(KIND)
    if kind == "AGENT":
        return _agent(span)
    if kind == "LLM":
        seen = model(span)
        return Reading(Role.MODEL, contents=seen.contents, problems=seen.problems)
    if kind == "TOOL":
        return _tool(span)
    return Reading()


def _agent(span: RawSpan) -> Reading:
    name = span.text("agent.name")
    if name is None:
        return Reading()
    source = span.text("graph.node.parent_id")
    hint = HandoffHint(source=source, target=name) if source is not None else None
    return Reading(Role.AGENT, agent=name, handoff=hint)


def _tool(span: RawSpan) -> Reading:
    tool = span.text(TOOL_NAME)
    if tool is None and span.name.startswith(_HANDOFF):
        return _handoff(span)
    arguments, cut_arguments = value(span, INPUT)
    result, cut_result = value(span, OUTPUT)
    return Reading(
        Role.TOOL,
        tool=tool,
        contents=tool_call_of(tool, arguments, result),
        problems=distinct((cut_arguments, cut_result)),
    )


def _handoff(span: RawSpan) -> Reading:
    target = span.text(OUTPUT)
    if target is None or is_redacted(target):
        target = span.name[len(_HANDOFF) :].strip() or None
    return Reading(Role.HANDOFF, handoff=HandoffHint(target=target))


DIALECT = Dialect(
    name="openinference.openai_agents",
    scopes=("openinference.instrumentation.openai_agents",),
    read=read,
)
