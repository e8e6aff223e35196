"""What rules make of a span, each on the smallest dialect that shows it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from intact.fingerprint import Fingerprinter
from intact.model.measurement import Reason
from intact_collector.dialects import genai, openinference
from intact_collector.dialects.boilerplate import cut
from intact_collector.dialects.dialect import Reading
from intact_collector.dialects.raw import RawEvent, RawSpan
from intact_collector.dialects.rules import Rules, content, named, read
from intact_collector.dialects.transfer_tool import Transfer
from intact_collector.dialects.unseen import with_unseen
from intact_collector.handoffs import detect
from intact_collector.model.span import HandoffRule, KeyKind, NeutralSpan, Role, SessionKey, Side
from intact_collector.reduce import reduce
from intact_collector.sessions.turns import assemble_turns
from tests.golden.recordings import KEY

GENAI = Rules(
    role=genai.role,
    agent=named("gen_ai.agent.name", but_not=frozenset({"unknown"})),
    model=genai.model,
    tool=genai.tool,
    agent_span=genai.agent_span,
    transfer=Transfer(re.compile("pass_on"), argument="to", payload=("note",)),
    keys={"acme.thread": KeyKind.CONVERSATION},
    boilerplate=(cut(r"\ATeam rules apply\.\n"),),
)
ASKED = '[{"role":"user","parts":[{"type":"text","content":"Refund A-1042."}]}]'


def span(operation: str, *events: RawEvent, name: str = "n", **attributes: object) -> RawSpan:
    attributes = {"gen_ai.operation.name": operation, **attributes}
    return RawSpan(b"t" * 16, b"s" * 8, b"", 1, 9, name, "acme", attributes, events=tuple(events))


def context(reading: Reading, side: Side) -> Any:
    return next((one.context for one in reading.contents if one.side is side), None)


def test_a_placeholder_is_no_name_and_an_agent_without_a_name_is_a_workflow() -> None:
    """It keeps its place in the tree."""
    assert read(span("invoke_agent", **{"gen_ai.agent.name": "a"}), GENAI).role is Role.AGENT
    for names in ({}, {"gen_ai.agent.name": "unknown"}):
        assert read(span("invoke_agent", **names), GENAI).role is Role.OTHER


def test_keys_of_the_framework_join_sessions() -> None:
    """In the strength that the rules give them."""
    reading = read(span("chat", **{"acme.thread": "7"}), GENAI)
    assert reading.keys == (SessionKey(KeyKind.CONVERSATION, "7"),)


@pytest.mark.parametrize(
    "arguments", ['{"to": "billing", "note": "A-1042"}', '{"to": "billing", "note": "A-1042']
)
def test_a_transfer_tool_is_a_handoff_with_its_payload(arguments: str) -> None:
    """Also where a limit cut its arguments: then for the name alone."""
    tool = {"gen_ai.tool.name": "pass_on", "gen_ai.tool.call.arguments": arguments}
    reading = read(span("execute_tool", **tool), GENAI)
    assert reading.role is Role.HANDOFF
    assert reading.handoff is not None
    assert (reading.handoff.target, reading.handoff.rule) == ("billing", HandoffRule.TOOL)
    if arguments.endswith("}"):
        assert context(reading, Side.PAYLOAD) == {"note": "A-1042"}
    else:
        assert context(reading, Side.PAYLOAD) is None
        assert reading.problems == (Reason.ATTRIBUTE_CUT,)
    assert read(span("execute_tool", **{"gen_ai.tool.name": "x"}), GENAI).role is Role.TOOL


def test_a_call_of_it_in_an_answer_is_a_hint() -> None:
    """The model call stays a model call."""
    said = (
        '[{"role":"assistant","parts":[{"type":"tool_call","name":"pass_on",'
        '"arguments":{"to":"billing","note":"A-1042"}}]}]'
    )
    reading = read(span("chat", **{genai.INPUT: ASKED, genai.OUTPUT: said}), GENAI)
    assert (reading.role, reading.handoff is not None) == (Role.MODEL, True)
    assert reading.handoff is not None
    assert (reading.handoff.target, reading.handoff.rule) == ("billing", HandoffRule.CALL)
    assert context(reading, Side.PAYLOAD) == {"note": "A-1042"}


WHOLE = RawEvent(
    "gen_ai.client.inference.operation.details",
    {
        genai.INPUT: ASKED,
        genai.SYSTEM: '[{"type":"text","content":"Team rules apply.\\nBe kind."}]',
    },
)
STRUCTURED = RawEvent(
    "gen_ai.client.inference.operation.details",
    {
        genai.INPUT: [{"role": "user", "parts": [{"type": "text", "content": "Refund A-1042."}]}],
        genai.SYSTEM: [{"type": "text", "content": "Be kind."}],
    },
)
ONE_BY_ONE = (
    RawEvent("gen_ai.system.message", {"content": "Be kind."}),
    RawEvent("gen_ai.user.message", {"content": '[{"text": "Refund A-1042."}]'}),
)
BODIES = (
    RawEvent("gen_ai.system.message", {}, {"content": "Be kind."}),
    RawEvent(
        "gen_ai.user.message",
        {},
        {"content": {"role": "user", "parts": [{"text": "Refund A-1042.", "inline_data": None}]}},
    ),
)


@pytest.mark.parametrize("events", [(WHOLE,), (STRUCTURED,), ONE_BY_ONE, BODIES])
def test_messages_stand_in_events_in_many_ways(events: tuple[RawEvent, ...]) -> None:
    """Spans' own or log records; boilerplate is cut from all of them."""
    for reading in (read(span("chat", *events), GENAI), content(span("", *events), GENAI)):
        assert context(reading, Side.INPUT) == [{"role": "user", "content": "Refund A-1042."}]
        assert context(reading, Side.SYSTEM) == [{"role": "system", "content": "Be kind."}]
        assert reading.problems == ()


def test_attributes_and_events_are_not_told_twice() -> None:
    """What the attributes say counts; the events fill in what they leave out."""
    said = RawEvent("gen_ai.choice", {"message": '[{"text": "Done."}]'})
    other = RawEvent("gen_ai.user.message", {"content": "Something else."})
    reading = read(span("chat", other, said, **{genai.INPUT: ASKED}), GENAI)
    assert context(reading, Side.INPUT) == [{"role": "user", "content": "Refund A-1042."}]
    assert context(reading, Side.OUTPUT) == [{"role": "assistant", "content": "Done."}]


def test_numbered_attributes_of_older_instrumentations_are_messages() -> None:
    """In the order of their numbers, calls with them."""
    asked = {
        "gen_ai.prompt.10.role": "user",
        "gen_ai.prompt.10.content": "By Friday.",
        "gen_ai.prompt.0.role": "user",
        "gen_ai.prompt.0.content": "Refund A-1042.",
        "gen_ai.completion.0.role": "assistant",
        "gen_ai.completion.0.tool_calls.0.name": "lookup",
        "gen_ai.completion.0.tool_calls.0.arguments": '{"id": 7}',
    }
    reading = read(span("chat", **asked), GENAI)
    said = [one["content"] for one in context(reading, Side.INPUT)]
    assert said == ["Refund A-1042.", "By Friday."]
    assert context(reading, Side.OUTPUT)[0]["tool_calls"] == [
        {"function": {"name": "lookup", "arguments": '{"id": 7}'}}
    ]


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        (None, Reason.CONTENT_OFF),
        ('[{"role":"user","parts":[{"type":"text"}]}]', Reason.CONTENT_OFF),
        ('[{"role":"user","parts":[{"type":"te', Reason.ATTRIBUTE_CUT),
        ("__REDACTED__", Reason.REDACTED),
        ("[1, 2", Reason.ATTRIBUTE_CUT),
    ],
)
def test_missing_content_has_a_reason_and_is_not_an_empty_input(
    messages: object, reason: Reason
) -> None:
    """An empty input would read as a loss of everything."""
    attributes = {} if messages is None else {genai.INPUT: messages}
    reading = read(span("chat", **attributes), GENAI)
    assert context(reading, Side.INPUT) is None
    assert reading.problems == (reason,)


DELEGATING = Rules(
    role=openinference.role,
    agent=named("agent"),
    model=openinference.model,
    tool=openinference.tool,
    unseen=lambda span: span.text("coworker"),
)


def delegated(identity: bytes, parent: bytes, start: int, end: int, **said: object) -> NeutralSpan:
    raw = RawSpan(b"t" * 16, identity, parent, start, end, "n", "acme", said)
    reading = read(raw, DELEGATING)
    return NeutralSpan(
        raw.trace_id, identity, parent, start, end, "acme", reading.role, reading.agent,
        contents=reading.contents, unseen=reading.unseen,
    )  # fmt: skip


def test_an_agent_without_a_span_is_called_and_gives_back() -> None:
    """What ran in the tool is its turn; a span of its own inside is the same turn."""
    spans = [
        delegated(b"boss....", b"", 0, 100, **{openinference.KIND: "AGENT", "agent": "boss"}),
        delegated(b"call1...", b"boss....", 1, 9, **{openinference.KIND: "LLM"}),
        delegated(
            b"tool....", b"boss....", 10, 50, **{openinference.KIND: "TOOL", "coworker": "refunds"}
        ),
        delegated(b"call2...", b"tool....", 11, 20, **{openinference.KIND: "LLM"}),
        delegated(b"call3...", b"boss....", 60, 70, **{openinference.KIND: "LLM"}),
    ]
    own = {openinference.KIND: "AGENT", "agent": "refunds"}
    shown = [*spans, delegated(b"inner...", b"tool....", 10, 49, **own)]
    for one in (spans, shown):
        reduced = [reduce(part, Fingerprinter(KEY)) for raw in one for part in with_unseen(raw)]
        turns = assemble_turns(reduced)
        assert [turn.agent for turn in turns] == ["boss", "refunds"]
        assert all(turn.ended for turn in turns)
        assert [edge.mode for edge in detect(turns, reduced)] == ["return_to_caller", "return"]
