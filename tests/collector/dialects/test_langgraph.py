"""LangGraph without, and with damaged, content: the graph tells who ran, and who was next."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from intact.fingerprint import Fingerprinter
from intact.measure import measure
from intact.model.measurement import Reason, Verdict
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
def test_a_graph_is_no_agent(name: str) -> None:
    """Though its span is called so."""
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


def renamed(name: str) -> list[ReducedSpan]:
    """The recording as if nobody had put the word agent into a name."""
    plain = re.compile(r"(triage|refunds|notifications)_agent")

    def said(value: object) -> object:
        if isinstance(value, str):
            return plain.sub(r"\1", value)
        return [said(one) for one in value] if isinstance(value, (list, tuple)) else value

    fingerprinter = Fingerprinter(recordings.KEY)
    spans = []
    for span in recordings.raw(name):
        kept = {key: said(value) for key, value in span.attributes.items()}
        if kept.get("openinference.span.kind") == "AGENT":
            kept["openinference.span.kind"] = "CHAIN"  # it is guessed from that word
        one = choose.neutral(replace(span, name=str(said(span.name)), attributes=kept))
        if one is not None:
            spans.append(reduce(one, fingerprinter))
    return spans


@pytest.mark.parametrize("name", [*SWARMS, "langgraph__openinference__swarm_full"])
def test_agents_need_not_be_called_agents(name: str) -> None:
    """Names are labels: what ran in what tells who is one."""
    spans = by_session(tuple(renamed(name)))[-1]
    assert edges(spans) == [
        ("triage", "refunds", "command.goto"),
        ("refunds", "notifications", "command.goto"),
    ]
    for _, evidence in observe(assemble_turns(spans), spans):
        assert measure(evidence).verdict is Verdict.INTACT


@pytest.mark.parametrize("longest", [256, 512, 1024])
@pytest.mark.parametrize("name", SWARMS)
def test_what_a_limit_cut_hides_no_handoff(name: str, longest: int) -> None:
    """A command that lost its end, with the target in it, still passes control."""
    fingerprinter = Fingerprinter(recordings.KEY)
    spans = []
    for span in recordings.raw(name):
        short = {
            key: value[:longest] if isinstance(value, str) else value
            for key, value in span.attributes.items()
        }
        said = choose.neutral(replace(span, attributes=short))
        if said is not None:
            spans.append(reduce(said, fingerprinter))
    group = by_session(tuple(spans))[-1]
    assert edges(group) == edges(by_session(recordings.reduced(name))[-1])
    for _, evidence in observe(assemble_turns(group), group):
        assert measure(evidence).reason is Reason.ATTRIBUTE_CUT


def test_the_wrapper_of_a_supervisor_is_no_agent() -> None:
    """It is called so in the spans around the agents that it calls."""
    span = next(
        one
        for one in recordings.raw("langgraph__otel-genai-langchain__swarm_full")
        if one.attributes.get("gen_ai.operation.name") == "invoke_agent"
    )
    attributes = {**span.attributes, "gen_ai.agent.name": "call_agent"}
    wrapper = choose.neutral(replace(span, attributes=attributes))
    assert wrapper is not None
    assert (wrapper.role, wrapper.agent) == (Role.OTHER, None)
