"""The OpenAI Agents SDK in OpenTelemetry's older package (``…-openai-agents-v2``).

    [Customer support] op=invoke_agent              the workflow: no agent
      [unknown] op=unknown                          and one more around every model call
        [invoke_agent Triage Agent]
          [unknown] > [chat gpt-4o-mini], [agent_handoff OpenAI Agent] from_agent, to_agent
        [invoke_agent Refunds Agent] …

Only agents' own spans carry a name to trust; all others say ``OpenAI Agent``, or what the package
was configured with. Their messages are written when the agent is done, so what it was given is read
from its model calls. What a model answered is the Python repr of an object inside a text.

Of the Responses API the package leaves tool calls and their results out of the messages: what was
learnt from tools is then seen in tool spans alone (`Reason.TOOLS_UNSEEN`). With chat completions
they are there, a result twice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from intact.codec.attributes import INVOKE_AGENT
from intact.model.measurement import Reason
from intact_collector.dialects import genai
from intact_collector.dialects.messages import message, tool_call
from intact_collector.dialects.parts import one_message
from intact_collector.dialects.raw import RawSpan
from intact_collector.dialects.rules import Rules, Seen, declare
from intact_collector.dialects.salvage import salvaged
from intact_collector.dialects.transfer_tool import Transfer
from intact_collector.dialects.transfers import Message
from intact_collector.model.span import Role

_AGENT = f"{INVOKE_AGENT} "
#: Set where the model was called over the Responses API, and nowhere else.
_RESPONSE = "gen_ai.response.id"
#: How a text begins that is the repr of an answer, a part of one, or a call.
_REPR = re.compile(r"Response[A-Za-z]+\(|\{'")
_TEXTS = frozenset({"text", "output_text", "input_text"})
#: A dict with one of these is an answer or a part of one; others are somebody's own.
_OURS = frozenset({"type", "role"})


def role(span: RawSpan) -> Role:
    """What a span is; the workflow's span calls itself an invocation of an agent."""
    found = genai.role(span)
    workflow = found is Role.AGENT and not span.name.startswith(_AGENT)
    return Role.OTHER if workflow else found


def agent(span: RawSpan) -> str | None:
    """The name on an agent's own span."""
    return genai.agent(span) if role(span) is Role.AGENT else None


def model(span: RawSpan) -> Seen:
    """The reader of model calls."""
    told = genai.heard(span)
    if told.inputs is not None:
        told.inputs = _once([_plain(one) for one in told.inputs])
    if told.outputs is not None:
        told.outputs = [_plain(one) for one in told.outputs]
    seen = genai.seen(told)
    if _RESPONSE not in span.attributes or told.inputs is None:
        return seen
    # Calls are left out of what the next model is given, so they are no evidence here either.
    told.outputs = [{**one, "tool_calls": []} for one in told.outputs or ()]
    contents = genai.seen(told).contents
    return replace(seen, contents=contents, problems=(*seen.problems, Reason.TOOLS_UNSEEN))


def _plain(draft: Message) -> Message:
    """A message whose texts are what was said, and its calls calls."""
    content, calls = draft.get("content"), draft.get("tool_calls")
    texts = content if isinstance(content, list) else [content]
    said: list[object] = []
    made: list[Message] = [*calls] if isinstance(calls, list) else []
    answer = draft.get("role") == "assistant"
    for text in texts:
        one = text.get("text") if isinstance(text, Mapping) else text
        for part in _unwrapped(one, answer=answer):
            said += [part["content"]] if part.get("content") else []
            more = part.get("tool_calls")
            made += more if isinstance(more, list) else []
    parts = [{"type": "text", "text": text} for text in said]
    return {**draft, "content": said[0] if len(said) == 1 else parts or "", "tool_calls": made}


def _unwrapped(text: object, *, answer: bool) -> Sequence[Message]:
    """What a repr says, as messages; a text that is none, or not understood, is one message.

    Parts of a text may be anybody's; answers and calls are a model's.
    """
    if isinstance(text, str) and _REPR.match(text):
        found = salvaged(text)
        value = found.value if found.whole and isinstance(found.value, Mapping) else {}
        if value.get("type") in _TEXTS or (answer and not _OURS.isdisjoint(value)):
            return _parts(value)
    return [message("assistant", text)]


def _parts(value: Mapping[str, object]) -> Sequence[Message]:
    content = value.get("content")
    if value.get("type") == "function_call":
        call = tool_call(value.get("name"), value.get("arguments"), value.get("call_id"))
        return [message("assistant", calls=[call])]
    if value.get("type") in _TEXTS:
        return [message("assistant", value.get("text") or "")]
    if isinstance(content, list):
        return [part for one in content if isinstance(one, Mapping) for part in _parts(one)]
    return one_message("assistant", value)  # one of chat completions; of a thought nothing


def _once(drafts: Sequence[Message]) -> list[Message]:
    """The messages without the tool results that are told a second time, as texts without an id."""
    answered = {
        draft.get("content") if isinstance(draft.get("content"), str) else None
        for draft in drafts
        if draft.get("role") == "tool" and draft.get("tool_call_id")
    }
    return [
        draft
        for draft in drafts
        if draft.get("role") != "tool"
        or draft.get("tool_call_id")
        or draft.get("content") not in answered
    ]


DIALECT = declare(
    "openai_agents_v2",
    ("opentelemetry.instrumentation.openai_agents",),
    Rules(
        role=role,
        agent=agent,
        model=model,
        tool=genai.tool,
        handoff=genai.handoff,
        transfer=Transfer(),
    ),
)
