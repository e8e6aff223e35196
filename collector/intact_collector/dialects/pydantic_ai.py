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
from intact_collector.dialects.dialect import Dialect, Reading
from intact_collector.dialects.messages import answered, given, message, tool_call_of
from intact_collector.dialects.parts import from_parts, instructions, is_hollow
from intact_collector.dialects.problems import distinct, parse, parse_text
from intact_collector.dialects.raw import RawSpan
from intact_collector.model.span import Content, Role

_MESSAGES = "pydantic_ai.all_messages"
_INSTRUCTIONS = "gen_ai.system_instructions"


def read(span: RawSpan) -> Reading:
    """What one span says."""
    operation = span.text("gen_ai.operation.name")
    if operation == "chat":
        reading = _model(span)
    elif operation == "execute_tool" or (operation is None and span.text("gen_ai.tool.name")):
        reading = _tool(span)
    elif operation == "invoke_agent" or (operation is None and span.text("agent_name")):
        reading = _agent(span)
    else:
        return Reading()
    return Reading(
        role=reading.role,
        agent=span.text("gen_ai.agent.name", "agent_name"),
        turn_key=span.text("gen_ai.agent.call.id"),
        tool=reading.tool,
        inherited=reading.inherited,
        contents=reading.contents,
        problems=reading.problems,
    )


def _model(span: RawSpan) -> Reading:
    contents, problems = _given(
        span.attributes.get("gen_ai.input.messages"), span.attributes.get(_INSTRUCTIONS), None
    )
    output, cut = parse(span.attributes.get("gen_ai.output.messages"))
    if output is not None and not is_hollow(output):
        contents += tuple(answered(from_parts(output)))
    return Reading(Role.MODEL, contents=contents, problems=_problems(span, *problems, cut))


def _agent(span: RawSpan) -> Reading:
    index = span.attributes.get("pydantic_ai.new_message_index", 0)
    inherited = index if isinstance(index, int) and index >= 0 else 0
    contents, problems = _given(
        span.attributes.get(_MESSAGES), span.attributes.get(_INSTRUCTIONS), inherited
    )
    result, cut = parse_text(span.attributes.get("final_result"))
    if result is not None:
        text = result if isinstance(result, str) else span.attributes["final_result"]
        contents += tuple(answered([message("assistant", text)]))
    return Reading(
        Role.AGENT,
        inherited=inherited,
        contents=contents,
        problems=_problems(span, *problems, cut),
    )


def _given(
    messages: object, system: object, inherited: int | None
) -> tuple[tuple[Content, ...], tuple[Reason | None, ...]]:
    """INPUT, SYSTEM and FRESH; of an agent's span those of its first model call."""
    parsed, cut = parse(messages)
    if parsed is None:
        return (), (cut or Reason.CONTENT_OFF,)
    if is_hollow(parsed):
        return (), (Reason.CONTENT_OFF,)
    if inherited is not None and isinstance(parsed, list):
        parsed = _first_input(parsed, inherited)
    told, cut_system = parse_text(system)
    drafts = [*(instructions(told) if told is not None else ()), *from_parts(parsed)]
    return tuple(given(drafts)), (cut_system,)


def _first_input(messages: Sequence[object], inherited: int) -> list[object]:
    """The inherited messages and the new ones up to the first answer."""
    end = inherited
    while end < len(messages) and _role(messages[end]) != "assistant":
        end += 1
    return list(messages[:end])


def _role(item: object) -> object:
    return item.get("role") if isinstance(item, dict) else None


def _tool(span: RawSpan) -> Reading:
    tool = span.text("gen_ai.tool.name")
    attributes = span.attributes
    arguments, cut_arguments = parse_text(
        attributes.get("gen_ai.tool.call.arguments", attributes.get("tool_arguments"))
    )
    result, cut_result = parse_text(
        attributes.get("gen_ai.tool.call.result", attributes.get("tool_response"))
    )
    return Reading(
        Role.TOOL,
        tool=tool,
        contents=tool_call_of(tool, arguments, result),
        problems=_problems(span, cut_arguments, cut_result),
    )


def _problems(span: RawSpan, *found: Reason | None) -> tuple[Reason, ...]:
    dropped = Reason.ATTRIBUTES_DROPPED if span.dropped_attributes else None
    return distinct((dropped, *found))


DIALECT = Dialect(name="pydantic_ai", scopes=("pydantic-ai",), read=read)
