"""LangGraph without its content: the graph tells who ran, and who was next."""

from __future__ import annotations

from dataclasses import replace

import pytest

from intact.fingerprint import Fingerprinter
from intact.measure import measure
from intact.model.measurement import Verdict
from intact_collector.dialects import choose
from intact_collector.handoffs import detect, observe
from intact_collector.model.span import ReducedSpan, Role
from intact_collector.reduce import reduce
from intact_collector.sessions.turns import assemble_turns
from tests.golden import recordings
from tests.golden.recordings import by_session

SWARMS = ["langgraph__traceloop__swarm_full", "langgraph__otel-genai-langchain__swarm_full"]
_CONTENT = (
    *("gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.system_instructions"),
    *("gen_ai.tool.call.arguments", "gen_ai.tool.call.result"),
    *("gen_ai.task.input", "gen_ai.task.output"),
    *("traceloop.entity.input", "traceloop.entity.output"),
)


def without_content(name: str) -> list[ReducedSpan]:
    fingerprinter = Fingerprinter(recordings.KEY)
    spans = []
    for span in recordings.raw(name):
        kept = {key: value for key, value in span.attributes.items() if key not in _CONTENT}
        said = choose.neutral(replace(span, attributes=kept, events=()))
        if said is not None:
            spans.append(reduce(said, fingerprinter))
    return spans


def edges(spans: list[ReducedSpan]) -> list[tuple[str, str, str]]:
    turns = assemble_turns(spans)
    names = {turn.key: turn.agent for turn in turns}
    return [(names[e.source], names[e.target], e.rule) for e in detect(turns, spans)]


@pytest.mark.parametrize("name", SWARMS)
def test_without_content_the_same_handoffs_are_found_and_none_is_measured(name: str) -> None:
    """The destination of a transfer is no content."""
    # Building the graph has traces of its own, which come first.
    with_content = by_session(recordings.reduced(name))[-1]
    without = by_session(tuple(without_content(name)))[-1]
    assert edges(without) == edges(with_content) != []
    for _, evidence in observe(assemble_turns(without), without):
        assert measure(evidence).verdict is Verdict.NOT_MEASURED


@pytest.mark.parametrize("name", SWARMS)
def test_a_graph_and_a_wrapper_are_no_agents(name: str) -> None:
    """Though their spans are called so."""
    span = next(
        one
        for one in recordings.raw(name)
        if one.attributes.get("gen_ai.agent.name") == "triage_agent"
        and one.attributes.get("gen_ai.operation.name") == "invoke_agent"
    )
    own = choose.neutral(span)
    assert own is not None
    assert (own.role, own.agent) == (Role.AGENT, "triage_agent")
    graph = {
        **span.attributes,
        "gen_ai.agent.name": "LangGraph",
        "gen_ai.workflow.nodes": ("triage_agent", "refunds_agent"),
    }
    whole = choose.neutral(replace(span, attributes=graph))
    assert whole is not None
    assert (whole.role, whole.agent) == (Role.OTHER, None)
