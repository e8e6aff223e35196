"""The exam that every dialect sits, on what was recorded of it and on junk.

A new dialect sits it by being entered in `choose.DIALECTS` and having a recording.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intact.fingerprint import Fingerprinter
from intact.measure import measure
from intact.model.measurement import Verdict
from intact_collector.dialects import genai, generic
from intact_collector.dialects.choose import DIALECTS, choose, neutral, neutral_content
from intact_collector.dialects.dialect import Dialect
from intact_collector.dialects.problems import is_cut
from intact_collector.dialects.raw import LONGEST_NAME, RawEvent, RawSpan
from intact_collector.dialects.unseen import with_unseen
from intact_collector.handoffs import observe
from intact_collector.model.span import NeutralSpan, ReducedSpan, Role
from intact_collector.reduce import reduce
from intact_collector.sessions.turns import assemble_turns
from tests.golden import recordings

ALL = (*DIALECTS, generic.DIALECT)
RECORDED = [one for one in DIALECTS if one.name != "intact"]  # Intact's own are not foreign

#: Dialects that tell of no model call: their handoffs are seen and not measured.
SILENT = frozenset({"autogen"})

#: Runs with agents whose names are an argument of a tool: without content they are not seen.
NAMED_IN_CONTENT = frozenset({"crewai__openinference-delegation__full"})

#: Attributes in which content stands, in any convention.
CONTENT = re.compile(
    r"(input|output)\.value|llm\.(input|output)_messages\.|llm\.invocation|llm\.prompt"
    r"|gen_ai\.(input|output)\.messages|gen_ai\.system_instr|gen_ai\.(prompt|completion)"
    r"|gen_ai\.tool\.call\.(arguments|result)|gen_ai\.tool\.definitions|tool_(arguments|response)"
    r"|pydantic_ai\.all_messages|final_result|logfire\.msg|traceloop\.entity\.(input|output)"
    r"|gcp\.vertex\.agent\.(llm_re|tool_)|crew_inputs|message\Z"
)
#: What people and tools said in the recordings.
SAID = ("Dana", "Whitfield", "48213", "349.9", "129.90", "delivered_broken", "RF-9001", "You are")

KEYS = [
    *("role", "parts", "content", "type", "text", "name", "id", "messages", "tool_calls"),
    *("arguments", "function", "kwargs", "args", "toolUse", "toolResult", "update", "goto"),
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=8,
)
BROKEN = st.sampled_from(
    ["", " ", "{", "[[", '{"role": "us', "[{'a': 1}", "__REDACTED__", "\ud800", "null", "NaN", "x"]
)


@cache
def spans_of(dialect: str) -> tuple[RawSpan, ...]:
    """Everything that was recorded of a dialect."""
    return tuple(
        span
        for name in recordings.NAMES
        for span in recordings.raw(name)
        if (found := choose(span)) is not None and found.name == dialect
    )


@cache
def runs_of(dialect: str) -> tuple[str, ...]:
    """The recordings in which most of the spans are of this dialect."""
    return tuple(
        name
        for name in recordings.NAMES
        if sum(one.dialect == dialect for one in recordings.reduced(name)) * 2
        > len(recordings.reduced(name))
    )


def vocabulary(dialect: Dialect) -> list[str]:
    """Names that the dialect may ask for."""
    names = {name for span in spans_of(dialect.name) for name in span.attributes}
    common = {genai.OPERATION, "gen_ai.agent.name", genai.TOOL_NAME, "openinference.span.kind"}
    return sorted(names | common | genai.CONTENT)


def junk(dialect: Dialect) -> st.SearchStrategy[RawSpan]:
    """Spans of the dialect's scope that hold anything under the names that it asks for."""
    words = ["invoke_agent", "chat", "execute_tool", "AGENT", "LLM", "TOOL", "CHAIN"]
    values = st.sampled_from(words) | JSON | BROKEN | st.binary(max_size=4)
    attributes = st.dictionaries(st.sampled_from(vocabulary(dialect)), values, max_size=8)
    events = st.builds(
        RawEvent,
        st.sampled_from(["gen_ai.choice", "gen_ai.user.message", "gen_ai.x"]),
        st.dictionaries(st.sampled_from(["content", "message", *genai.CONTENT]), values),
        values,
    )
    scope = dialect.scopes[0].replace("*", "x") if dialect.scopes else "acme"
    return st.builds(
        RawSpan,
        trace_id=st.just(b"t" * 16),
        span_id=st.just(b"s" * 8),
        parent_id=st.sampled_from([b"", b"p" * 8]),
        start=st.just(1),
        end=st.integers(0, 2),
        name=st.sampled_from(["n", "", "a.run", "handoff to x", "x" * 999]),
        scope=st.just(scope),
        attributes=attributes,
        events=st.lists(events, max_size=3).map(tuple),
        dropped_attributes=st.integers(0, 2),
    )


@pytest.mark.parametrize("dialect", ALL, ids=lambda one: one.name)
def test_junk_is_read_without_an_error(dialect: Dialect) -> None:
    """Also as log records; whatever comes out has names of a bounded length."""
    fingerprinter = Fingerprinter(recordings.KEY)

    @settings(max_examples=60, deadline=None)
    @given(junk(dialect))
    def examine(span: RawSpan) -> None:
        for read in (neutral(span), neutral_content(span)):
            if read is not None:
                reduce(read, fingerprinter)
                hint = read.handoff
                names = [read.agent, read.tool, read.turn_key, *(key.value for key in read.keys)]
                names += [hint.source, hint.target] if hint is not None else []
                assert all(len(name) <= LONGEST_NAME for name in names if name is not None)

    examine()


@pytest.mark.parametrize("dialect", RECORDED, ids=lambda one: one.name)
def test_every_scope_was_recorded_and_is_read(dialect: Dialect) -> None:
    """Agents and model calls; a dialect without a recording is a guess."""
    spans = spans_of(dialect.name)
    assert runs_of(dialect.name)
    assert {span.scope for span in spans} <= {*dialect.scopes} or any(
        scope.endswith("*") for scope in dialect.scopes
    )
    read = [found for span in spans if (found := recordings.read(span)) is not None]
    assert (Role.MODEL in {one.role for one in read}) is (dialect.name not in SILENT)
    assert any(one.agent for one in read)


def hollow(span: RawSpan) -> RawSpan:
    """The span as it is with content capture off: as many attributes as there would be then."""
    kept = {name: value for name, value in span.attributes.items() if not CONTENT.match(name)}
    return replace(span, attributes=kept, events=())


@pytest.mark.parametrize("dialect", RECORDED, ids=lambda one: one.name)
def test_without_content_the_same_turns_are_there_and_nothing_is_measured(
    dialect: Dialect,
) -> None:
    """What a span is and whose must not rest on what was said."""
    for name in (one for one in runs_of(dialect.name) if one not in NAMED_IN_CONTENT):
        spans = [span for span in recordings.raw(name) if not recordings.is_record(span)]
        whole = reduced(spans)
        bare = reduced([hollow(span) for span in spans])
        assert turns(bare) == turns(whole), name
        for one in measured(bare):
            assert one is Verdict.NOT_MEASURED, name


def cut(span: RawSpan) -> RawSpan:
    """The span under a limit on the length of attribute values, those of events as well."""
    events = tuple(replace(one, attributes=_short(one.attributes)) for one in span.events)
    return replace(span, attributes=_short(span.attributes), events=events)


def _short(attributes: Mapping[str, object]) -> dict[str, object]:
    return {
        name: value[:96] if isinstance(value, str) else value for name, value in attributes.items()
    }


@pytest.mark.parametrize("dialect", RECORDED, ids=lambda one: one.name)
def test_json_that_was_cut_is_a_reason_and_no_loss(dialect: Dialect) -> None:
    """A model call of which some JSON stops in the middle is not taken for whole."""
    seen = 0
    for span in spans_of(dialect.name):
        found = recordings.read(cut(span))
        if found is None or found.role is not Role.MODEL:
            continue
        if any(is_cut(value) for value in _messages(cut(span))):
            seen += 1
            assert found.problems, span.name
    assert seen or dialect.name in SILENT


def _holds_messages(name: str) -> bool:
    return CONTENT.match(name) is not None and "definitions" not in name and "invoc" not in name


def _messages(span: RawSpan) -> Iterator[object]:
    for attributes in (span.attributes, *(event.attributes for event in span.events)):
        yield from (value for name, value in attributes.items() if _holds_messages(name))


@pytest.mark.parametrize("dialect", RECORDED, ids=lambda one: one.name)
def test_the_order_of_arrival_means_nothing(dialect: Dialect) -> None:
    """Shuffled and doubled spans show the same turns, edges and evidence."""
    for name in runs_of(dialect.name):
        spans = recordings.reduced(name)
        expected = observe(assemble_turns(spans), spans)
        for seed in range(2):
            shuffled = [*spans, *spans[::2]]
            random.Random(seed).shuffle(shuffled)
            assert observe(assemble_turns(shuffled), shuffled) == expected, name


@pytest.mark.parametrize("dialect", RECORDED, ids=lambda one: one.name)
def test_nothing_that_was_said_stays_in_a_reduced_span(dialect: Dialect) -> None:
    """Names of agents, tools and keys may."""
    for name in runs_of(dialect.name):
        for span in recordings.reduced(name):
            bare = repr(replace(span, fingerprints={}))
            kept = re.sub(r"\d{12,}|b'[^']*'", "#", bare)  # times and ids hold any digits
            assert not [value for value in SAID if value in kept], name


def reduced(spans: list[RawSpan]) -> list[ReducedSpan]:
    fingerprinter = Fingerprinter(recordings.KEY)
    found: Iterator[NeutralSpan | None] = map(recordings.read, spans)
    read = [part for one in found if one is not None for part in with_unseen(one)]
    return [reduce(one, fingerprinter) for one in read]


def turns(spans: list[ReducedSpan]) -> list[tuple[object, ...]]:
    return [(turn.key, turn.agent, turn.parent) for turn in assemble_turns(spans)]


def measured(spans: list[ReducedSpan]) -> list[Verdict]:
    return [measure(evidence).verdict for _, evidence in observe(assemble_turns(spans), spans)]


def test_content_is_told_by_its_name() -> None:
    """The pattern by which the exam takes content away leaves names alone."""
    names: Mapping[str, bool] = {
        "gen_ai.input.messages": True,
        "llm.input_messages.0.message.content": True,
        "gen_ai.agent.name": False,
        "graph.node.parent_id": False,
        "metadata": False,
    }
    assert {name: CONTENT.match(name) is not None for name in names} == names
