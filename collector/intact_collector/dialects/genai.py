"""What the GenAI semantic conventions say, in all the places where it may stand.

    attributes     ``gen_ai.input.messages`` … as JSON text or as structured values
    span events    one with all of them, one for each of them, or one for each message
    log records    the same as events, told apart from their span (`choose.neutral_content`)

Readers for `Rules`: `model`, `tool`, `agent_span`. What a span was given is INPUT, SYSTEM and
FRESH; what it answered OUTPUT.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from intact.codec.attributes import GEN_AI_AGENT_NAME, GEN_AI_OPERATION_NAME, INVOKE_AGENT
from intact.model.measurement import Mode, Reason
from intact_collector.dialects.blocks import plain_result
from intact_collector.dialects.flattened import numbered, rows
from intact_collector.dialects.messages import (
    answered,
    as_it_is,
    given,
    message,
    tool_call,
    tool_call_of,
    visible,
)
from intact_collector.dialects.parts import from_parts, instructions, is_hollow, one_message
from intact_collector.dialects.problems import distinct, is_redacted, parse, parse_text
from intact_collector.dialects.raw import RawSpan, first_text
from intact_collector.dialects.rules import Rules, Seen, by, named
from intact_collector.dialects.transfer_tool import Call, Transfer, calls_of
from intact_collector.dialects.transfers import Message
from intact_collector.model.span import HandoffHint, HandoffRule, Role

OPERATION = GEN_AI_OPERATION_NAME
INPUT = "gen_ai.input.messages"
OUTPUT = "gen_ai.output.messages"
SYSTEM = "gen_ai.system_instructions"
#: Attributes that hold messages.
CONTENT = frozenset({INPUT, OUTPUT, SYSTEM})
TOOL_NAME = "gen_ai.tool.name"
ARGUMENTS = "gen_ai.tool.call.arguments"
RESULT = "gen_ai.tool.call.result"

#: What a span is, by its operation; workflows and graphs keep their place in the tree.
role = by(
    OPERATION,
    {
        INVOKE_AGENT: Role.AGENT,
        "chat": Role.MODEL,
        "generate_content": Role.MODEL,
        "text_completion": Role.MODEL,
        "execute_tool": Role.TOOL,
    },
)
agent = named(GEN_AI_AGENT_NAME)

_ROLES = {
    "gen_ai.system.message": "system",
    "gen_ai.user.message": "user",
    "gen_ai.assistant.message": "assistant",
    "gen_ai.tool.message": "tool",
}
_CHOICE = "gen_ai.choice"
_SOURCES = ("gen_ai.agent.handoff.source.name", "gen_ai.handoff.from_agent")
_TARGETS = (
    "gen_ai.agent.handoff.target.name",
    "gen_ai.transfer.target.name",
    "gen_ai.handoff.to_agent",
)


@dataclass(slots=True)
class Told:
    """What a span tells of one call, gathered from attributes and events."""

    inputs: list[Message] | None = None
    outputs: list[Message] | None = None
    system: list[Message] = field(default_factory=list)
    problems: list[Reason | None] = field(default_factory=list)
    hollow: bool = False  # the messages are there, what stood in them is not


def model(span: RawSpan, tidy: Callable[[Message], Message] = as_it_is) -> Seen:
    """The reader of model calls, with the tools that the model called.

    ``tidy`` puts back into shape what a framework writes into the text of a message.
    """
    return seen(heard(span), tidy)


def heard(span: RawSpan) -> Told:
    """What is told of a model call, which should hold its messages."""
    told = gathered(span)
    if told.inputs is None and not any(told.problems):
        told.problems.append(Reason.CONTENT_OFF)
    return told


def agent_span(span: RawSpan, tidy: Callable[[Message], Message] = as_it_is) -> Seen:
    """The reader of agents' own spans, which may well hold nothing."""
    return seen(gathered(span), tidy)


def tool(span: RawSpan) -> Seen:
    """The reader of tool calls: attributes, else the events that hold call and answer."""
    arguments, cut_arguments = parse_text(span.attributes.get(ARGUMENTS))
    result, cut_result = parse_text(span.attributes.get(RESULT))
    if arguments is None and result is None and span.events:
        arguments, result = _tool_events(span)
    if isinstance(result, list):
        result = plain_result(result)  # blocks of a provider, with the result in them
    name = span.text(TOOL_NAME)
    asked = span.attributes.get(ARGUMENTS) if arguments is None else arguments
    return Seen(
        tool_call_of(name, arguments, result),
        distinct((cut_arguments, cut_result)),
        calls=(Call(name or "", asked),),
    )


def handoff(span: RawSpan) -> HandoffHint | None:
    """What a span says of a handoff in attributes made for it, in every drafted spelling.

    Some are written before the target is known: the source alone says that control passes.
    """
    target, source = span.text(*_TARGETS), span.text(*_SOURCES)
    caller = span.text("gen_ai.caller.name") if role(span) is Role.AGENT else None
    if target is None and caller is not None:
        return HandoffHint(
            source=caller,
            target=span.text(GEN_AI_AGENT_NAME),
            mode=Mode.RETURN_TO_CALLER,
            rule=HandoffRule.ATTRIBUTES,
        )
    if target is None and source is None:
        return None
    mode = span.text("gen_ai.transfer.mode")
    return HandoffHint(
        source=source,
        target=target,
        mode=Mode(mode) if mode in set(Mode) else None,
        rule=HandoffRule.ATTRIBUTES,
    )


def gathered(span: RawSpan) -> Told:
    """Messages from the attributes; sides that are not there from the events."""
    told = Told()
    _details(told, span.attributes)
    single: list[tuple[str, Mapping[str, object]]] = []
    for event in span.events:
        fields = {**event.attributes, **(event.body if isinstance(event.body, Mapping) else {})}
        if event.name in _ROLES or event.name == _CHOICE:
            single.append((event.name, fields))
        else:
            _details(told, fields)
    _single(told, single)
    if told.inputs is None:
        told.inputs = _numbered(span, "gen_ai.prompt")
    if told.outputs is None:
        told.outputs = _numbered(span, "gen_ai.completion")
    return told


def _numbered(span: RawSpan, prefix: str) -> list[Message] | None:
    """Messages as older instrumentations wrote them: ``gen_ai.prompt.0.content``."""
    if f"{prefix}.0.role" not in span.attributes and f"{prefix}.0.content" not in span.attributes:
        return None
    return [draft for one in numbered(span.attributes, prefix) for draft in _older(one)]


def _older(fields: Mapping[str, object]) -> list[Message]:
    content, _ = parse_text(fields.get("content"))
    calls = [
        tool_call(call.get("name"), call.get("arguments"), call.get("id"))
        for call in rows(fields.get("tool_calls"))
    ]
    word = first_text(fields, "role") or "assistant"
    drafts = one_message(word, {**fields, "content": content, "tool_calls": None})
    return [*drafts, message("assistant", calls=calls)] if calls else drafts


def _details(told: Told, fields: Mapping[str, object]) -> None:
    """What stands under the names of the conventions; the first to say a side is heard."""
    if told.inputs is None:
        told.inputs = _messages(told, fields.get(INPUT))
    if told.outputs is None:
        told.outputs = _messages(told, fields.get(OUTPUT))
    if not told.system:
        value, problem = parse_text(fields.get(SYSTEM))
        told.problems.append(problem)
        told.system = [] if value is None else instructions(value)


def _messages(told: Told, value: object) -> list[Message] | None:
    if value is None:
        return None
    parsed, problem = parse(value)
    told.problems.append(problem)
    if parsed is None or is_redacted(parsed):
        return None
    if is_hollow(parsed):
        told.problems.append(Reason.CONTENT_OFF)
        return None
    return from_parts(parsed)


def _single(told: Told, events: Sequence[tuple[str, Mapping[str, object]]]) -> None:
    """One event a message; what the attributes said already is not said again."""
    inputs: list[Message] = []
    outputs: list[Message] = []
    for name, fields in events:
        said = fields.get("message", fields) if name == _CHOICE else fields
        word = "assistant" if name == _CHOICE else _ROLES[name]
        drafts = _said(told, word, said)
        if word == "system":
            told.system = told.system or drafts
        else:
            (outputs if name == _CHOICE else inputs).extend(drafts)
    if told.inputs is None and inputs:
        told.inputs = inputs
    if told.outputs is None and outputs:
        told.outputs = outputs


def _said(told: Told, role: str, said: object) -> list[Message]:
    if isinstance(said, str):
        said = {"content": said}
    if not isinstance(said, Mapping):
        return []
    content, problem = parse_text(said.get("content"))
    told.problems.append(problem)
    calls, _ = parse(said.get("tool_calls"))
    word = first_text(said, "role") or role
    return one_message(word, {**said, "content": content, "tool_calls": calls})


def _tool_events(span: RawSpan) -> tuple[object, object]:
    arguments: object = None
    result: object = None
    for event in span.events:
        if event.name == "gen_ai.tool.message":
            arguments, _ = parse_text(event.attributes.get("content"))
        elif event.name == _CHOICE:
            result, _ = parse_text(event.attributes.get("message"))
    told = gathered(span) if arguments is None and result is None else None
    if told is not None:
        calls = calls_of(told.inputs or ())
        arguments = calls[-1].arguments if calls else None
        texts = [one["content"] for one in told.outputs or () if one["role"] == "tool"]
        result = texts[-1] if texts else None
    return arguments, result


def seen(told: Told, tidy: Callable[[Message], Message] = as_it_is) -> Seen:
    """What was told, put into sides."""
    system, hidden = visible([tidy(one) for one in told.system])
    inputs, redacted = visible([tidy(one) for one in told.inputs or ()])
    outputs, silenced = visible([tidy(one) for one in told.outputs or ()])
    contents = given([*system, *inputs]) if told.inputs is not None and not redacted else []
    contents += answered(outputs)
    # A call without arguments looks like one whose arguments were taken out.
    off = {Reason.CONTENT_OFF} if told.inputs is not None else set()
    found = (one for one in told.problems if one not in off)
    problems = distinct((*found, redacted or silenced or hidden))
    return Seen(tuple(contents), problems, calls=calls_of(outputs))


#: The conventions as they are written down: what a framework does otherwise is put over them.
RULES = Rules(
    role=role,
    agent=agent,
    model=model,
    tool=tool,
    agent_span=agent_span,
    handoff=handoff,
    transfer=Transfer(),
)
