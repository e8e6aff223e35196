"""Turns and handoffs of recorded runs, exactly: who handed over to whom, how, and who says so."""

from __future__ import annotations

import itertools
import random
import re

import pytest

from intact.measure import measure
from intact.model.facts import Outcome
from intact.model.measurement import At, Measurement, Reason, Verdict
from intact_collector.handoffs import detect, observe
from intact_collector.model.span import ReducedSpan
from intact_collector.sessions.turns import assemble_turns
from tests.golden.recordings import by_session, reduced

TRIAGE, REFUNDS, NOTIFY = "Triage Agent", "Refunds Agent", "Notifications Agent"
triage, refunds, notify = "triage_agent", "refunds_agent", "notifications_agent"

SUPPORT = ["triage_agent", "refund_agent", "notifier_agent"]
CHAIN = [TRIAGE, REFUNDS, NOTIFY]
chain = [triage, refunds, notify]


def passing(names: list[str], origin: str, rule: str) -> list[tuple[str, ...]]:
    return [(a, b, "pass_control", origin, rule) for a, b in itertools.pairwise(names)]


def calling(caller: str, *called: str, rule: str = "tool_nesting") -> list[tuple[str, ...]]:
    return [
        edge
        for name in called
        for edge in (
            (caller, name, "return_to_caller", "inferred", rule),
            (name, caller, "return", "inferred", rule),
        )
    ]


DECLARED = passing(CHAIN, "declared", "graph.node.parent_id")
CALLED = passing(CHAIN, "inferred", "transfer_call")
IN_SEQUENCE = passing(chain, "inferred", "sequence")
GOTO = passing(chain, "declared", "command.goto")
PASSED = passing(SUPPORT, "declared", "transfer_tool")


def supervised(name: str) -> list[tuple[str, ...]]:
    return [
        ("supervisor", name, "pass_control", "declared", "command.goto"),
        (name, "supervisor", "return", "inferred", "sequence"),
    ]


#: recording -> for each session its agents in order, and its handoffs in order
RUNS: dict[str, list[tuple[list[str], list[tuple[str, ...]]]]] = {
    "openai-agents__openinference__full": [(CHAIN, DECLARED), (CHAIN, DECLARED)],
    "openai-agents__openinference__lossy": [(CHAIN, DECLARED), (CHAIN, DECLARED)],
    "openai-agents__openinference__nested": [(CHAIN, DECLARED), (CHAIN, DECLARED)],
    "openai-agents__openinference__nocontent": [(CHAIN, DECLARED), (CHAIN, DECLARED)],
    "openai-agents__openinference__session": [(CHAIN, DECLARED)],
    "openai-agents__openinference__astools": [(CHAIN, calling(TRIAGE, REFUNDS, NOTIFY))],
    "pydantic-ai__native__full": [(chain, IN_SEQUENCE)],
    "pydantic-ai__native__nocontent": [(chain, IN_SEQUENCE)],
    "pydantic-ai__native__convid_lossy": [(chain, IN_SEQUENCE)],
    "pydantic-ai__native__lossy": [(chain[:2], IN_SEQUENCE[:1]), (chain[2:], [])],
    "pydantic-ai__native__delegation": [(chain, calling(triage, refunds, notify))],
    "langgraph__openinference__swarm_full": [([*chain, notify], GOTO)],
    "langgraph__openinference__swarm_lossy": [(chain, GOTO)],
    "langgraph__otel-genai-langchain__swarm_full": [([*chain, notify], GOTO)],
    "langgraph__openinference__goto_lossy": [(chain, GOTO)],
    "langgraph__openinference__supervisor": [
        (
            ["supervisor", refunds, "supervisor", notify, "supervisor"],
            [*supervised(refunds), *supervised(notify)],
        )
    ],
    "openai-agents__otel-genai-openai-agents__full": [(CHAIN * 2, CALLED * 2)],
    "openai-agents__otel-genai-openai-agents__lossy": [(CHAIN * 2, CALLED * 2)],
    "openai-agents__otel-genai-openai-agents__truncated": [(CHAIN * 2, CALLED * 2)],
    "openai-agents__otel-genai-openai-agents__astools": [(CHAIN, calling(TRIAGE, REFUNDS, NOTIFY))],
    "smolagents__openinference-toolcalling__full": [
        (
            ["triage_manager", "refund_agent", "notifier_agent"],
            calling("triage_manager", "refund_agent", "notifier_agent", rule="agent_nesting"),
        )
    ],
    "google-adk__native-v2-content-in-logs__full": [
        (SUPPORT, passing(SUPPORT, "declared", "transfer_tool"))
    ],
    "google-adk__native-v1__full": [(SUPPORT, PASSED)],
    "google-adk__native-v2-content-in-spans__full": [(SUPPORT, PASSED)],
    "google-adk__native-v2-content-in-spans__lossy": [(SUPPORT, PASSED)],
    "strands__native-latest-swarm__full": [(SUPPORT, PASSED)],
    "strands__native-latest-swarm__lossy": [(SUPPORT, PASSED)],
    "strands__native-latest-graph__full": [(SUPPORT, passing(SUPPORT, "inferred", "sequence"))],
    "strands__native-latest-agents_as_tools__full": [(SUPPORT, calling(*SUPPORT))],
    "agent-framework__native-astool__full": [(SUPPORT, calling(*SUPPORT))],
    "langgraph__openinference__agent_in_tool": [(["desk", "refunds"], calling("desk", "refunds"))],
}


def seen(spans: list[ReducedSpan]) -> tuple[list[str], list[tuple[str, ...]]]:
    turns = assemble_turns(spans)
    names = {turn.key: turn.agent for turn in turns}
    edges = [
        (names[edge.source], names[edge.target], edge.mode, edge.origin, edge.rule)
        for edge in detect(turns, spans)
    ]
    return [turn.agent for turn in turns], edges


@pytest.mark.parametrize("name", RUNS)
def test_turns_and_handoffs_of_a_recording(name: str) -> None:
    """Every agent once for each time it ran, every handoff once, by the strongest rule."""
    assert [seen(group) for group in by_session(reduced(name))] == RUNS[name]


@pytest.mark.parametrize("name", RUNS)
def test_the_order_of_arrival_and_repetitions_mean_nothing(name: str) -> None:
    """Shuffled and doubled spans show the same turns, edges and evidence, to the last id."""
    for group in by_session(reduced(name)):
        turns = assemble_turns(group)
        expected = turns, observe(turns, group)
        for seed in range(3):
            shuffled = [*group, *group[::2]]
            random.Random(seed).shuffle(shuffled)
            again = assemble_turns(shuffled)
            assert (again, observe(again, shuffled)) == expected


@pytest.mark.parametrize("name", RUNS)
def test_every_turn_has_ended_and_one_starts_each_trace(name: str) -> None:
    """Nothing provisional is left when all spans are there."""
    for group in by_session(reduced(name)):
        turns = assemble_turns(group)
        assert all(turn.ended for turn in turns)
        assert sum(turn.root for turn in turns) == len({span.trace_id for span in group})


def measured(name: str, session: int = 0) -> list[Measurement]:
    group = by_session(reduced(name))[session]
    return [measure(evidence) for _, evidence in observe(assemble_turns(group), group)]


def lost(measurement: Measurement) -> dict[str, At]:
    return {fact.fact: fact.at for fact in measurement.lost if "sentence" not in fact.fact}


@pytest.mark.parametrize(
    "name",
    [
        "openai-agents__openinference__full",
        "openai-agents__openinference__nested",
        "openai-agents__openinference__session",
        "openai-agents__otel-genai-openai-agents__full",
        "pydantic-ai__native__full",
        "google-adk__native-v2-content-in-logs__full",
        "langgraph__openinference__swarm_full",
        "langgraph__traceloop__swarm_full",
        "langgraph__otel-genai-langchain__swarm_full",
    ],
)
def test_runs_that_pass_everything_on_are_intact(name: str) -> None:
    """Nothing named is lost, also where the history is folded into one text."""
    for session in range(len(by_session(reduced(name)))):
        for one in measured(name, session):
            assert (one.verdict, one.named_retention, lost(one)) == (Verdict.INTACT, 1.0, {})


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("openai-agents__openinference__nocontent", Reason.REDACTED),
        ("pydantic-ai__native__nocontent", Reason.CONTENT_OFF),
        ("openai-agents__otel-genai-openai-agents__truncated", Reason.ATTRIBUTE_CUT),
    ],
)
def test_without_content_nothing_is_measured(name: str, reason: Reason) -> None:
    """The handoffs are found all the same; the verdict names the reason."""
    for session in range(len(by_session(reduced(name)))):
        for one in measured(name, session):
            assert (one.verdict, one.reason, one.retention) == (Verdict.NOT_MEASURED, reason, None)


@pytest.mark.parametrize(
    "name",
    ["openai-agents__openinference__lossy", "openai-agents__otel-genai-openai-agents__lossy"],
)
def test_a_filtered_history_is_lost_whole(name: str) -> None:
    """Neither the user's facts nor the tool's reach the last agent."""
    first, second, *_ = measured(name)
    assert first.verdict is Verdict.INTACT
    assert (second.verdict, second.named_retention) == (Verdict.LOST, 0.0)
    assert {
        "user[0]/id[0]",
        "user[0]/amount[0]",
        "user[0]/date[0]",
        "user[0]/name[0]",
        "tool:lookup_order/status",
        "tool:lookup_order/carrier",
    } <= lost(second).keys()


def test_what_a_later_session_never_knew_is_not_charged_to_it() -> None:
    """Its triage starts with order, amount and the tool's facts: those alone can be lost."""
    first, second = measured("openai-agents__openinference__lossy", session=1)
    assert first.verdict is Verdict.INTACT
    assert second.verdict is Verdict.LOST
    named = lost(second).keys()
    assert {
        "call:lookup_order/order_id",
        "tool:lookup_order/amount",
        "tool:lookup_order/status",
        "tool:lookup_order/carrier",
    } <= named
    assert not [name for name in named if name.startswith("user[")]


def test_what_the_last_sentence_repeats_is_kept() -> None:
    """Order, amount and deadline stand in it; the name, the preference, the tool's facts do not."""
    second = measured("pydantic-ai__native__convid_lossy")[1]
    assert second.verdict in (Verdict.DEGRADED, Verdict.LOST)
    assert {"user[0]/name[0]", "tool:lookup_order/status", "tool:lookup_order/carrier"} <= lost(
        second
    ).keys()
    assert not {"user[0]/id[0]", "user[0]/amount[0]", "user[0]/date[0]"} & lost(second).keys()


def test_a_delegate_that_looks_an_amount_up_again_reacquired_it() -> None:
    """It is neither kept nor lost; what was sent are the arguments of the tool."""
    down = measured("pydantic-ai__native__delegation")[0]
    assert down.facts[Outcome.REACQUIRED] == 1
    assert "user[0]/amount[0]" not in lost(down)
    assert down.sent_received == 1.0
    assert set(lost(down).values()) == {At.SUMMARY}


def test_a_task_description_keeps_the_order_only() -> None:
    """The graph's state still had the request; the tool's facts never left the sender."""
    second = measured("langgraph__openinference__swarm_lossy")[1]
    assert (second.verdict, second.facts[Outcome.KEPT]) == (Verdict.LOST, 1)
    assert lost(second)["user[0]/amount[0]"] is At.PROMPT
    assert lost(second)["tool:lookup_order/carrier"] is At.SUMMARY


def test_a_supervisor_gets_back_what_its_workers_said_and_not_what_they_looked_up() -> None:
    """The default of its library: tool results stay behind on the way back."""
    there, back, *_ = measured("langgraph__openinference__supervisor")
    assert there.verdict is Verdict.INTACT
    assert lost(back) == {"tool:lookup_order/carrier": At.SUMMARY}


def test_a_node_that_shows_its_model_less_than_its_state_loses_at_the_prompt() -> None:
    """The amount was in the state; the customer's name was emptied by the sender."""
    first, second = measured("langgraph__openinference__goto_lossy")
    assert not {"customer_name", "order_id", "deadline", "preference"} & lost(first).keys()
    assert second.verdict is Verdict.LOST
    assert "order_id" not in lost(second)
    assert lost(second)["amount"] is At.PROMPT
    assert lost(second)["customer_name"] is At.SUMMARY


def test_a_managed_agent_is_given_its_task_and_gives_back_what_it_says() -> None:
    """The template around the task is nobody's; the tool's status is told without its key."""
    down, back, again, last = measured("smolagents__openinference-toolcalling__full")
    assert (down.verdict, down.named_retention, down.sent_received) == (Verdict.INTACT, 1.0, 1.0)
    assert (lost(back), back.facts[Outcome.UNDECIDED]) == ({}, 1)
    assert (lost(again), again.sent_received) == ({}, 1.0)
    assert (last.verdict, lost(last)) == (Verdict.INTACT, {})


@pytest.mark.parametrize("name", RUNS)
def test_no_value_of_the_conversation_stays_in_a_reduced_span(name: str) -> None:
    """Names of agents, tools and state keys may; what people and tools said may not."""
    kept = re.sub(r"\d{12,}", "#", repr(reduced(name)))  # hashes may hold any digits by chance
    for value in ("Dana", "Whitfield", "48213", "129.90", "delivered_broken", "UPS", "You are"):
        # A hash of 20 digits may hold five of a value by chance.
        assert not re.search(rf"(?<!\d){re.escape(value)}(?!\d)", kept)
