"""What to do about a loss, in the words of the framework that was seen.

In: a handoff as a document.  Out: one line for each place where it lost something. The most
specific entry wins: by dialect and place, then by dialect, then by place. A way back, and a call
that is expected to come back, have places of their own: there a history is rarely the cure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from intact_collector.report.frameworks import LANGGRAPH, OPENAI_AGENTS
from intact_collector.report.history import cure

_ANY = "*"

#: (dialect, where the fact was lost) -> what to do about it.
LOSSES: Mapping[tuple[str, str], str] = {
    **{
        (dialect, _ANY): (
            "input_filter of the handoff, or handoff_input_filter of the run, drops it: without "
            "one the whole history goes along; or name the fact in the handoff's input_type"
        )
        for dialect in OPENAI_AGENTS
    },
    **{
        (dialect, "call"): (
            "an agent used as a tool is given its arguments alone: name the fact in parameters= of "
            "as_tool(...), or hand over"
        )
        for dialect in OPENAI_AGENTS
    },
    **{
        (dialect, "summary"): (
            "put it into what the handoff passes on: the full messages in Command(update=...), as "
            "create_handoff_tool does, or a key of the state"
        )
        for dialect in LANGGRAPH
    },
    **{
        (dialect, "prompt"): (
            "it is in the node's state but not in the prompt: render that key into the messages of "
            "the receiving agent"
        )
        for dialect in LANGGRAPH
    },
    **{
        (dialect, _ANY): (
            "pass the full messages on (create_handoff_tool), or keep it in a key of the state "
            "that the receiving agent reads"
        )
        for dialect in LANGGRAPH
    },
    ("pydantic_ai", _ANY): (
        "give the receiving run the history (message_history=result.all_messages()), or name the "
        "fact in its prompt"
    ),
    ("pydantic_ai", "call"): (
        "add it to the arguments of the delegating tool, or give the inner run the history "
        "(message_history=ctx.messages)"
    ),
    ("openinference.smolagents", "call"): (
        "a managed agent is given its task and additional_args alone: name the fact in the task, "
        "or pass the object in additional_args"
    ),
    ("agent_framework", _ANY): (
        "handoffs pass on what agents said and leave out results of tools: let the sender say the "
        "fact, or keep full conversations in a sequence (chain_only_agent_responses=False)"
    ),
    ("agent_framework", "call"): "an agent used as a tool is given its task alone: name it there",
    ("openinference.autogen_agentchat", _ANY): (
        "the receiver's model_context shows its model less than the team said: "
        "UnboundedChatCompletionContext keeps all, BufferedChatCompletionContext cuts"
    ),
    ("autogen", _ANY): (
        "the receiver's model_context shows its model less than the team said: "
        "UnboundedChatCompletionContext keeps all, BufferedChatCompletionContext cuts"
    ),
    ("strands", _ANY): (
        "name it in the message or the context of handoff_to_agent: the receiver is given these, "
        "the user's request and shared knowledge, not the conversation"
    ),
    ("strands", "call"): "an agent used as a tool is given its arguments alone: name it there",
    ("openinference.crewai", _ANY): (
        "a task is given the raw output of the tasks in its context alone: name the fact in the "
        "sender's expected_output, or list the earlier task in Task(context=[...])"
    ),
    ("openinference.crewai", "call"): (
        "a coworker is given the task and context of the call alone: name the fact in its context"
    ),
    ("google_adk", _ANY): (
        "the receiving agent is shown less than the session holds: include_contents='default', not "
        "'none', gives it the conversation, and {key} in its instruction a value of the state"
    ),
    ("intact", "summary"): (
        "keep it in what the sending agent returns or hands over; if it is dropped on purpose, "
        "say so with intact.pruned(...)"
    ),
    ("intact", "transport"): (
        "it was handed over and did not arrive: check how the payload is serialised and read on "
        "the way"
    ),
    ("intact", "prompt"): "the receiver was given it: render it into its model call",
    ("intact", _ANY): (
        "compare what the sending agent returns with what the receiving one is called with; "
        "intact.handoff(...) shows on which side it goes missing"
    ),
    (_ANY, "return"): "return it: make it part of the called agent's result",
    (_ANY, "call"): "add it to the arguments of the call",
    (_ANY, "summary"): "keep it in what the sender passes on",
    (_ANY, "transport"): "check how the payload is serialised and read on the way",
    (_ANY, "prompt"): "render it into the receiver's prompt",
    (_ANY, _ANY): "pass it on explicitly, as a field of its own rather than inside prose",
}

#: Why nothing was measured -> what to do about it.
REASONS: Mapping[str, str] = {
    "nothing_known": "the sender held no facts; nothing could be lost",
    "prose_only": "the sender held prose alone: hand over state, or declare must-keep facts",
    "known_missing": "let the sending agent's model calls, or its context, be traced",
    "received_missing": "let the receiving agent's model calls, or its context, be traced",
    "content_off": (
        "switch content capture on for the instrumentation, or mark the agents with @intact.agent, "
        "which needs no content"
    ),
    "redacted": (
        "redaction replaced the content: mark the agents with @intact.agent, which needs none"
    ),
    "attribute_cut": "raise OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT of the sending process",
    "attributes_dropped": "raise OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT of the sending process",
    "tools_unseen": (
        "this instrumentation leaves tool results out of the messages: take another, or mark the "
        "agents with @intact.agent"
    ),
    "foreign_key": "give all processes one INTACT_KEY",
    "unknown_suite": "run the same version of intact on both sides",
    "unreadable": "a fingerprint or a content attribute was damaged on its way to the collector",
    "undecided": "the samples were too small to decide: hand over less, or declare must-keep facts",
}

#: What content capture is called, by dialect.
CAPTURE: Mapping[str, str] = {
    "openinference.crewai": "OPENINFERENCE_HIDE_INPUTS=false and _OUTPUTS=false",
    "agent_framework": "ENABLE_SENSITIVE_DATA=true",
    "openinference.autogen_agentchat": "OPENINFERENCE_HIDE_INPUTS=false and _OUTPUTS=false",
    "autogen": "add openinference-instrumentation-autogen-agentchat",
    "google_adk": "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=SPAN_ONLY",
    "genai.openai_agents": (
        "OTEL_SEMCONV_STABILITY_OPT_IN=gen_ai_latest_experimental and "
        "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=span_only"
    ),
    "openai_agents_v2": "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=span_only",
    "openinference.openai_agents": "OPENINFERENCE_HIDE_INPUTS=false and _OUTPUTS=false",
    "traceloop.openai_agents": "TRACELOOP_TRACE_CONTENT=true",
    "openinference.langchain": "OPENINFERENCE_HIDE_INPUTS=false and _OUTPUTS=false",
    "genai.langchain": (
        "OTEL_SEMCONV_STABILITY_OPT_IN=gen_ai_latest_experimental and "
        "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=span_only"
    ),
    "traceloop.langchain": "TRACELOOP_TRACE_CONTENT=true",
    "pydantic_ai": "InstrumentationSettings(include_content=True)",
}

#: The package that tells what agents were given, where that is one of its own.
CLIENTS: Mapping[str, str] = {
    "genai.openai_agents": "opentelemetry-instrumentation-genai-openai",
}

#: How sessions are given an id, by dialect.
SESSION_IDS: Mapping[str, str] = {
    "openinference.crewai": "with using_session(id): of openinference.instrumentation",
    "agent_framework": "set session.id on the spans of a journey, as with a span processor",
    "openinference.autogen_agentchat": "with using_session(id): of openinference.instrumentation",
    "strands": 'Agent(..., trace_attributes={"session.id": ...})',
    "google_adk": "runner.run(..., session_id=...)",
    "intact": 'with intact.session("your-id"): around the journey',
    "pydantic_ai": "run(..., conversation_id=...), or message_history= of the earlier run",
    **dict.fromkeys(LANGGRAPH, 'config={"configurable": {"thread_id": ...}}'),
    "openinference.openai_agents": "with using_session(id): of openinference.instrumentation",
    "openinference.smolagents": "with using_session(id): of openinference.instrumentation",
    "genai.openai_agents": "RunConfig(group_id=...)",
    "openai_agents_v2": "take opentelemetry-instrumentation-genai-openai-agents, and set group_id",
    "traceloop.openai_agents": 'Traceloop.set_association_properties({"session_id": ...})',
    _ANY: "set session.id or gen_ai.conversation.id on the spans of a journey",
}

NO_AGENTS = (
    "no agents in this telemetry. Mark yours with @intact.agent(...), or add an instrumentation "
    "that names agents (OpenInference, Pydantic AI), and send its spans here"
)


def for_loss(dialect: str, at: str) -> str:
    """What to do about a fact that was lost at a place."""
    keys = [(dialect, at), (_ANY, at)] if at in ("return", "call") else []
    keys += [(dialect, at), (dialect, _ANY), (_ANY, at), (_ANY, _ANY)]
    return next(LOSSES[key] for key in keys if key in LOSSES)


def for_session_id(dialect: str) -> str:
    """How sessions get an id in the words of a framework."""
    return SESSION_IDS.get(dialect, SESSION_IDS[_ANY])


def for_reason(dialect: str, reason: str) -> str:
    """What to do about a handoff that was not measured."""
    advice = REASONS.get(reason, "look at what the two agents send to the collector")
    if reason in ("content_off", "redacted") and dialect in CAPTURE:
        return f"{advice} ({CAPTURE[dialect]})"
    if reason in ("received_missing", "known_missing") and dialect in CLIENTS:
        return f"{advice} (install {CLIENTS[dialect]})"
    return advice


def remedies(handoff: Mapping[str, Any]) -> list[str]:
    """The remedy lines of one handoff: one for each place where facts were lost."""
    dialect = str(handoff.get("dialect") or "")
    if handoff["reason"] is not None and handoff["verdict"] == "not_measured":
        return [for_reason(dialect, handoff["reason"])]
    places = dict.fromkeys(_place(handoff, fact["at"]) for fact in handoff["lost"])
    lines = [*(for_loss(dialect, at) for at in places), cure(handoff)]
    return [line for line in dict.fromkeys(lines) if line is not None]


def _place(handoff: Mapping[str, Any], at: str) -> str:
    """Where to look for a cure: on the way out, or in how the call was made."""
    if handoff["mode"] == "return":
        return "return"
    called = handoff["mode"] == "return_to_caller" and handoff["origin"] == "inferred"
    return "call" if called and at in ("summary", "unknown") else at
