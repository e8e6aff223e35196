"""AutoGen AgentChat: its own spans, and OpenInference's over them.

    [Swarm.run_stream] CHAIN  ``team_id``                   OpenInference
      [invoke_agent triage_agent]                           AutoGen
        [triage_agent.on_messages_stream] AGENT             OpenInference: the same turn
          [OpenAIChatCompletionClient.create] LLM
          [triage_agent.transfer_to_refund_agent] TOOL > [execute_tool transfer_to_refund_agent]

Without OpenInference there is no model call, and each message that agents send is a trace of its
own: what joins them is the team's id, inside the ids of its agents. What a receiver was given is
then nowhere.
"""

from __future__ import annotations

import re
from dataclasses import replace

from intact_collector.dialects import genai, openinference
from intact_collector.dialects.dialect import Dialect, Reading
from intact_collector.dialects.messages import answered, message
from intact_collector.dialects.raw import RawSpan
from intact_collector.dialects.rules import Rules, Seen, declare, named, read
from intact_collector.dialects.transfer_tool import Transfer
from intact_collector.model.span import KeyKind, SessionKey

_TEAM = re.compile(r"/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\Z")

_OWN = Rules(
    role=genai.role,
    agent=genai.agent,
    tool=genai.tool,
    agent_span=genai.agent_span,
    transfer=Transfer(),
)


def _read(span: RawSpan) -> Reading:
    """What a span says, with the team's id as the key of its session."""
    reading = read(span, _OWN)
    team = _TEAM.search(span.text("gen_ai.agent.id") or "")
    if team is None:
        return reading
    return replace(reading, keys=(SessionKey(KeyKind.CONVERSATION, team[1]), *reading.keys))


def _model(span: RawSpan) -> Seen:
    """A model call. What is said beside a tool call stands in the output alone, as a thought."""
    seen = openinference.model(span)
    output, _ = openinference.value(span, openinference.OUTPUT)
    thought = output.get("thought") if isinstance(output, dict) else None
    if not isinstance(thought, str) or not thought.strip():
        return seen
    return replace(seen, contents=(*seen.contents, *answered([message("assistant", thought)])))


NATIVE = Dialect("autogen", ("autogen-core", "autogen SingleThreadedAgentRuntime"), _read)

OPENINFERENCE = declare(
    "openinference.autogen_agentchat",
    ("openinference.instrumentation.autogen_agentchat",),
    Rules(
        role=openinference.role,
        agent=named("graph.node.id"),
        model=_model,
        tool=openinference.tool,
        transfer=Transfer(),
        keys={"team_id": KeyKind.CONVERSATION},
    ),
)
