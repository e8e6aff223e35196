"""Agents used as tools whose spans lie beside their caller's."""

from __future__ import annotations

from intact_collector.handoffs import detect
from intact_collector.model.span import HandoffHint, HandoffRule, ReducedSpan, Role
from intact_collector.sessions.turns import assemble_turns
from tests.collector.spans import agent, span

TRACELOOP = "traceloop.openai_agents"


def told(*spans: ReducedSpan) -> list[tuple[str, str, str, str]]:
    turns = assemble_turns(spans)
    names = {turn.key: turn.agent for turn in turns}
    return [(names[e.source], names[e.target], e.mode, e.rule) for e in detect(turns, spans)]


def run(dialect: str = TRACELOOP) -> list[ReducedSpan]:
    """Triage calls one agent through a tool, asks its model, and calls another one."""
    return [
        span("run", 0, 100, dialect=dialect),
        agent("triage", 1, 90, parent="run", dialect=dialect),
        span("m1", 2, 5, role=Role.MODEL, parent="triage", dialect=dialect),
        span("t1", 10, 40, role=Role.TOOL, parent="triage", dialect=dialect),
        agent("refunds", 12, 39, parent="run", dialect=dialect),
        span("m2", 41, 45, role=Role.MODEL, parent="triage", dialect=dialect),
        span("t2", 50, 80, role=Role.TOOL, parent="triage", dialect=dialect),
        agent("notify", 52, 79, parent="run", dialect=dialect),
        span("m3", 81, 85, role=Role.MODEL, parent="triage", dialect=dialect),
    ]


def test_time_within_a_tool_is_a_call() -> None:
    """There and back, and the called agents do not hand over to each other."""
    assert told(*run()) == [
        ("triage", "refunds", "return_to_caller", "tool_nesting"),
        ("refunds", "triage", "return", "tool_nesting"),
        ("triage", "notify", "return_to_caller", "tool_nesting"),
        ("notify", "triage", "return", "tool_nesting"),
    ]


def test_frameworks_that_nest_are_not_asked_for_time() -> None:
    """There an agent that runs meanwhile is just that."""
    assert not [one for one in told(*run("openinference.openai_agents")) if "nesting" in one[3]]


def test_two_runs_of_one_tool_are_two_calls() -> None:
    """In parallel, the first one first."""
    spans = [
        span("run", 0, 100, dialect=TRACELOOP),
        agent("triage", 1, 90, parent="run", dialect=TRACELOOP),
        span("t1", 10, 60, role=Role.TOOL, parent="triage", dialect=TRACELOOP),
        span("t2", 11, 61, role=Role.TOOL, parent="triage", dialect=TRACELOOP),
        agent("refunds", 12, 58, id="one", parent="run", dialect=TRACELOOP),
        agent("refunds", 13, 59, id="two", parent="run", dialect=TRACELOOP),
        span("m", 70, 80, role=Role.MODEL, parent="triage", dialect=TRACELOOP),
    ]
    there = [one for one in told(*spans) if one[2] == "return_to_caller"]
    assert there == [("triage", "refunds", "return_to_caller", "tool_nesting")] * 2


def test_a_mark_before_the_end_of_its_agents_work_is_of_another_run() -> None:
    """Agents are found by name in a map that all runs of a process share."""
    hint = HandoffHint(source="refunds", rule=HandoffRule.ATTRIBUTES)
    spans = [
        agent("refunds", 1, 30, parent="run", dialect=TRACELOOP),
        span("m1", 2, 5, role=Role.MODEL, parent="refunds", dialect=TRACELOOP),
        span("stray", 6, 7, parent="refunds", dialect=TRACELOOP, hint=hint),
        span("astray", 9, 10, parent="refunds", dialect=TRACELOOP, hint=hint),
        span("m2", 8, 20, role=Role.MODEL, parent="refunds", dialect=TRACELOOP),
        agent("notify", 31, 50, parent="run", dialect=TRACELOOP),
    ]
    assert told(*spans) == [("refunds", "notify", "pass_control", "sequence")]
    own = span("own", 21, 22, parent="refunds", dialect=TRACELOOP, hint=hint)
    assert told(*spans, own) == [("refunds", "notify", "pass_control", "handoff_attributes")]
