"""CrewAI in OpenInference, as it wraps methods and as it listens to events.

    [support_crew.kickoff] CHAIN
      [Triage Agent.triage._execute_core] AGENT  ``graph.node.id``      events: ``….execute``
        [ChatCompletion] LLM                     of the client's instrumentation
        [Delegate work to coworker.run] TOOL     ``{"task", "context", "coworker"}``
          [ChatCompletion] LLM                   of the coworker, who has no span of its own
      [Refund Specialist.refund._execute_core] AGENT

``graph.node.parent_id`` is the agent listed before, not the one whose output is passed on: it is
not read. What an agent answered is ``raw`` in a JSON that repeats its prompt.
"""

from __future__ import annotations

from collections.abc import Mapping

from intact_collector.dialects import openinference
from intact_collector.dialects.boilerplate import cut
from intact_collector.dialects.messages import answered, message
from intact_collector.dialects.problems import distinct
from intact_collector.dialects.raw import RawSpan, first_text
from intact_collector.dialects.rules import Rules, Seen, declare, named
from intact_collector.model.span import Content, Side

_DELEGATING = frozenset(
    {
        *("Delegate work to coworker", "Ask question to coworker"),
        *("delegate_work_to_coworker", "ask_question_to_coworker"),
    }
)

_PROMPT = (
    cut(r"\A\s*Current Task: "),
    cut(r"\n*This is the expected criteria for your final answer: .*?, not a summary\.\n*", "\n"),
    cut(r"(?:\A|(?<=\n))This is the context you're working with:\n"),
    cut(r"\n*(?:Provide your complete response|Begin! This is VERY important to you)[^\n]*.*\Z"),
    cut(r"\A(?:Thought: )?I now can give a great answer\s*"),
    cut(r"\AFinal Answer:\s*"),
)


def _agent_span(span: RawSpan) -> Seen:
    """What an agent was given and answered, of what CrewAI tells of its task."""
    given, cut_input = openinference.value(span, openinference.INPUT)
    output, cut_output = openinference.value(span, openinference.OUTPUT)
    context = given.get("context") if isinstance(given, Mapping) else given
    contents: list[Content] = []
    if isinstance(context, str) and context.strip():
        contents.append(Content(Side.INPUT, [message("user", context)]))
    said = output.get("raw") if isinstance(output, Mapping) else output
    if isinstance(said, str) and said.strip():
        contents += answered([message("assistant", said)])
    return Seen(tuple(contents), distinct((cut_input, cut_output)))


def _coworker(span: RawSpan) -> str | None:
    """Who works for whom: an argument of the tool that delegates."""
    if span.text(openinference.TOOL_NAME) not in _DELEGATING:
        return None
    arguments, _ = openinference.value(span, openinference.INPUT)
    return first_text(arguments, "coworker") if isinstance(arguments, Mapping) else None


DIALECT = declare(
    "openinference.crewai",
    (
        "openinference.instrumentation.crewai",
        "openinference.instrumentation.crewai._event_listener",
    ),
    Rules(
        role=openinference.role,
        agent=named("graph.node.id"),
        model=openinference.model,
        tool=openinference.tool,
        agent_span=_agent_span,
        unseen=_coworker,
        boilerplate=_PROMPT,
    ),
)
