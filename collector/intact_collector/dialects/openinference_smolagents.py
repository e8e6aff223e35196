"""OpenInference on smolagents.

    [triage_manager.run] AGENT              the name is that of the span, or of the class
      [Step 1] CHAIN
        [OpenAIModel.generate] LLM          text under ``message.contents``
        [refund_agent.run] AGENT            a managed agent: called, with a task in a template
          [Step 1] CHAIN > LLM, [SimpleTool] TOOL

No span shows the call of a managed agent: the nesting does. What it was called with stands in the
template that it was given. Tool calls and their results stand in the messages as text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from intact_collector.dialects import openinference
from intact_collector.dialects.boilerplate import cut
from intact_collector.dialects.messages import answered, message, tool_call
from intact_collector.dialects.problems import distinct, is_redacted
from intact_collector.dialects.raw import LONGEST_NAME, RawSpan
from intact_collector.dialects.rules import Rules, Seen, declare
from intact_collector.dialects.salvage import salvaged
from intact_collector.dialects.transfers import Message
from intact_collector.model.span import Content, Role, Side

_RUN = ".run"
_NAMED = re.compile(r"You're a helpful agent named '([^'\n]+)'\.")
_OFFICE = (
    # The template around a managed agent's task, and around the answer that it gives.
    cut(
        r"You're a helpful agent named '[^'\n]+'\.\s+You have been submitted this task by your "
        r"manager\.\s+---\s+Task:\s(.*?)\s+---\s+You're helping your manager solve a wider task.*",
        r"\1",
    ),
    cut(r"Here is the final answer from your managed agent '[^'\n]+':\n"),
    cut(r"\ANew task:\n"),
    cut(r"\A(?:Call id: [^\n]*\n)?Observation:\n"),
)
_CALLING = "Calling tools:\n"


def _agent(span: RawSpan) -> str | None:
    """The agent of its own span. Older versions wrote the class; the template knows the name."""
    if openinference.role(span) is not Role.AGENT:
        return None
    found = _NAMED.search(_task(span)[:1024])
    name = found.group(1) if found is not None else span.name.removesuffix(_RUN).strip()
    return name[:LONGEST_NAME] or None


def _task(span: RawSpan) -> str:
    given, _ = openinference.value(span, openinference.INPUT)
    task = given.get("task") if isinstance(given, Mapping) else given
    return task if isinstance(task, str) else ""


def _with_calls(draft: Message) -> Message:
    """A message that tells tool calls as text, with the calls in their place."""
    text = draft["content"]
    if not isinstance(text, str) or not text.startswith(_CALLING):
        return draft
    listed = salvaged(text.removeprefix(_CALLING)).value
    functions = [
        (call["function"], call.get("id"))
        for call in (listed if isinstance(listed, list) else ())
        if isinstance(call, Mapping) and isinstance(call.get("function"), Mapping)
    ]
    calls = [tool_call(one.get("name"), one.get("arguments"), id_) for one, id_ in functions]
    return {**message("assistant"), "tool_calls": calls} if calls else draft


def _run(span: RawSpan) -> Seen:
    given, cut_input = openinference.value(span, openinference.INPUT)
    output, cut_output = openinference.value(span, openinference.OUTPUT)
    contents: list[Content] = []
    task, more = _task(span), given.get("additional_args") if isinstance(given, Mapping) else None
    if task and not is_redacted(task):
        messages = [message("user", task)]
        contents += [Content(Side.INPUT, messages), Content(Side.ARGUMENTS, messages)]
    if more:
        contents.append(Content(Side.ARGUMENTS, more))
    if output is not None:
        text = output if isinstance(output, str) else span.attributes[openinference.OUTPUT]
        contents += answered([message("assistant", text)])
    return Seen(tuple(contents), distinct((cut_input, cut_output)))


DIALECT = declare(
    "openinference.smolagents",
    ("openinference.instrumentation.smolagents",),
    Rules(
        role=openinference.role,
        agent=_agent,
        model=partial(openinference.model, tidy=_with_calls),
        tool=openinference.tool,
        agent_span=_run,
        boilerplate=_OFFICE,
    ),
)
