"""A session is traced whole or not at all, and gaps are never bridged."""

from __future__ import annotations

from importlib.metadata import entry_points

import pytest
from opentelemetry import context
from opentelemetry.context import Context
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import (
    ALWAYS_OFF,
    ALWAYS_ON,
    Decision,
    Sampler,
    SamplingResult,
)
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

import intact
from intact.model.facts import Flag
from intact.sampling import SessionRatioSampler, from_argument
from tests.intact.trace.conftest import KEY
from tests.intact.trace.recorded import Spans, received

STATE = {"order": {"id": "A-1042"}}


def agent(name: str) -> object:
    return intact.agent(name)(lambda state: state)


def sampled(sampler: Sampler, trace_id: int, ctx: Context | None = None) -> bool:
    result = sampler.should_sample(ctx, trace_id, "invoke_agent x")
    return result.decision is Decision.RECORD_AND_SAMPLE


def test_a_session_is_decided_by_its_id() -> None:
    """Whatever the trace, everything of one session has one decision; the share is as asked."""
    sampler = SessionRatioSampler(0.25)
    kept = 0
    for number in range(2000):
        with intact.session(f"session {number}"):
            decisions = {sampled(sampler, trace_id << 60) for trace_id in (1, 2, 3, 15)}
        assert len(decisions) == 1
        kept += decisions.pop()
    assert 400 < kept < 600


def test_the_decision_is_the_same_on_every_machine() -> None:
    """Pinned: another process decides the same session the same way."""
    sampler = SessionRatioSampler(0.5)
    decisions = []
    for id in ("user-journey-42", "1", "2", "3", "4", "5", "6", "é"):
        with intact.session(id):
            decisions.append(sampled(sampler, 0))
    assert decisions == [True, False, False, False, False, True, True, True]


def test_a_session_from_another_process_is_decided_alike() -> None:
    """Its id in baggage counts like the one of a block."""
    from opentelemetry import baggage

    sampler = SessionRatioSampler(0.5)
    for number in range(50):
        id = f"session {number}"
        with intact.session(id):
            here = sampled(sampler, 0)
        assert sampled(sampler, 0, baggage.set_baggage("intact.session.id", id, Context())) is here


@pytest.mark.parametrize("flag", [True, False])
def test_without_a_session_the_parent_decides(flag: bool) -> None:
    """As in any application; and for a root the trace id."""
    sampler = SessionRatioSampler(0.5)
    flags = TraceFlags(TraceFlags.SAMPLED if flag else 0)
    parent = NonRecordingSpan(SpanContext(1, 1, is_remote=True, trace_flags=flags))
    assert sampled(sampler, (1 << 64) - 1, set_span_in_context(parent, Context())) is flag
    assert sampled(sampler, 1, Context()) is True
    assert sampled(sampler, (1 << 64) - 1, Context()) is False


def test_the_sampler_is_found_by_its_name() -> None:
    """`OTEL_TRACES_SAMPLER=intact_session_ratio` finds it in every SDK setup."""
    (found,) = entry_points(group="opentelemetry_traces_sampler", name="intact_session_ratio")
    assert found.load() is from_argument
    assert from_argument("0.25").get_description() == "SessionRatioSampler{0.25}"
    assert from_argument("").get_description() == "SessionRatioSampler{1.0}"


class Without(Sampler):
    """Leaves out the turns of one agent, as a sampler that decides span by span does."""

    def __init__(self, agent: str) -> None:
        self.left_out = f"invoke_agent {agent}"

    def should_sample(self, parent_context, trace_id, name, *_, **__):  # type: ignore[no-untyped-def]
        drop = name == self.left_out
        return SamplingResult(Decision.DROP if drop else Decision.RECORD_AND_SAMPLE)

    def get_description(self) -> str:
        return "Without"


def test_a_gap_that_sampling_tore_is_not_bridged() -> None:
    """What went through a turn that is not seen is not taken for a handoff around it."""
    provider = TracerProvider(sampler=Without("hidden"))
    spans = Spans(provider)
    intact.configure(key=KEY, tracer_provider=provider)
    with intact.session("s-1"):
        for name in ("triage", "hidden", "billing", "shipping"):
            agent(name)(STATE)  # type: ignore[operator]
    assert spans.edges() == [("billing", "shipping", "dataflow")]
    assert context.get_current() == {}


class Watched(dict):  # type: ignore[type-arg]
    """A state that notices when anybody looks into it."""

    looked = 0

    def items(self):  # type: ignore[no-untyped-def]
        self.looked += 1
        return super().items()


@pytest.mark.parametrize("sample", [True, False])
def test_nothing_is_read_of_a_turn_that_is_not_sampled(sample: bool) -> None:
    """Neither what it was given nor what it returned: it costs a span, whatever the state is."""
    provider = TracerProvider(sampler=ALWAYS_ON if sample else ALWAYS_OFF)
    intact.configure(key=KEY, tracer_provider=provider)
    state = Watched(STATE)
    assert agent("triage")(state) is state  # type: ignore[operator]
    assert bool(state.looked) is sample


def test_turns_inside_one_that_is_not_sampled_are_one_session() -> None:
    """It starts no trace that can be met again, and still is where its inner turns stand."""
    provider = TracerProvider(sampler=Without("outer"))
    spans = Spans(provider)
    intact.configure(key=KEY, tracer_provider=provider)

    @intact.agent("outer")
    def outer() -> object:
        intact.must_keep("order.id")
        return agent("billing")(agent("triage")(STATE))  # type: ignore[operator]

    outer()
    assert spans.edges() == [("outer", "triage", "call"), ("outer", "billing", "call")]
    assert all(received(one).facts[0].flags & Flag.MUST_KEEP for one in spans.arrivals())
