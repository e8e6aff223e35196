"""Pydantic AI's own instrumentation (format versions 2 to 6).

    [invoke_agent triage_agent]             ``gen_ai.agent.name``, one root and trace per run
      [chat gpt-4o-mini]
      [execute_tool delegate_refund]
        [invoke_agent refunds_agent] …      delegation: a run inside a tool

Every span names its agent, its run (``gen_ai.agent.call.id``, the turn key) and its conversation.
Attributes are set at the end, so the messages on the agent's span are those after the run;
``pydantic_ai.new_message_index`` says how many of them it inherited.
"""

from __future__ import annotations

from collections.abc import Sequence

from intact.model.measurement import Reason
from intact_collector.dialects import genai
from intact_collector.dialects.messages import message, tool_call_of
from intact_collector.dialects.parts import from_parts, instructions, is_hollow
from intact_collector.dialects.problems import distinct, parse, parse_text
from intact_collector.dialects.raw import RawSpan
from intact_collector.dialects.rules import Rules, Seen, declare, named
from intact_collector.model.span import Role

_MESSAGES = "pydantic_ai.all_messages"
_INHERITED = "pydantic_ai.new_message_index"
_RESULT = "final_result"


def role(span: RawSpan) -> Role:
    """What a span is; version 2 has no operation on agents and tools."""
    if genai.OPERATION in span.attributes:
        return genai.role(span)
    if span.text(genai.TOOL_NAME) is not None:
        return Role.TOOL
    return Role.AGENT if span.text("agent_name") is not None else Role.OTHER


def agent_span(span: RawSpan) -> Seen:
    """The reader of a run: what its first model call was given, and its result."""
    parsed, cut = parse(span.attributes.get(_MESSAGES))
    told = genai.Told(problems=[cut])
    if parsed is None or is_hollow(parsed):
        told.problems.append(None if cut else Reason.CONTENT_OFF)
    else:
        told.inputs = from_parts(_first_input(span, parsed))
        system, cut_system = parse_text(span.attributes.get(genai.SYSTEM))
        told.system = [] if system is None else instructions(system)
        told.problems.append(cut_system)
    result, cut_result = parse_text(span.attributes.get(_RESULT))
    if result is not None:
        text = result if isinstance(result, str) else span.attributes[_RESULT]
        told.outputs = [message("assistant", text)]
    told.problems.append(cut_result)
    return genai.seen(told)


def _first_input(span: RawSpan, messages: object) -> object:
    """The inherited messages and the new ones up to the first answer."""
    if not isinstance(messages, Sequence):
        return messages
    index = span.attributes.get(_INHERITED)
    end = index if isinstance(index, int) and index >= 0 else 0
    while end < len(messages) and _role(messages[end]) != "assistant":
        end += 1
    return messages[:end]


def _role(item: object) -> object:
    return item.get("role") if isinstance(item, dict) else None


def tool(span: RawSpan) -> Seen:
    """The reader of tool calls, in both spellings."""
    said = span.attributes
    arguments, cut = parse_text(said.get(genai.ARGUMENTS, said.get("tool_arguments")))
    result, cut_result = parse_text(said.get(genai.RESULT, said.get("tool_response")))
    name = span.text(genai.TOOL_NAME)
    return Seen(tool_call_of(name, arguments, result), distinct((cut, cut_result)))


DIALECT = declare(
    "pydantic_ai",
    ("pydantic-ai",),
    Rules(
        role=role,
        agent=named("gen_ai.agent.name", "agent_name"),
        model=genai.model,
        tool=tool,
        agent_span=agent_span,
        turn_key=named("gen_ai.agent.call.id"),
    ),
)
