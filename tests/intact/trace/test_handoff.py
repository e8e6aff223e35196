"""`handoff` and `received`: the developer's own word, over any boundary."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from opentelemetry import baggage, context, trace
from opentelemetry.context import Context

import intact
from intact.codec import attributes as names
from intact.trace import health
from intact.trace.carrier import read_from
from intact.trace.memory import Claims
from intact.trace.runtime import reset
from tests.intact.trace.conftest import KEY
from tests.intact.trace.recorded import Spans, received, same, sent

STATE = {"order": {"id": "A-1042", "total": "129.90 EUR"}, "refund_by": "2026-12-04"}
LESS = {"order": {"id": "A-1042"}}


@intact.agent("triage")
def triage(state: object) -> object:
    return STATE


@intact.agent("billing")
def billing(state: object) -> None:
    pass


@contextmanager
def another_process(spans: Spans) -> Iterator[None]:
    """Nothing of what this process remembers, and an empty context."""
    reset()
    intact.configure(key=KEY, tracer_provider=spans.provider)
    token = context.attach(Context())
    try:
        yield
    finally:
        context.detach(token)


def headers(spans: Spans, **session: Any) -> dict[str, str]:
    """What a handoff from triage to billing sends along."""
    with intact.session("s-1", journey="refund"):
        triage(STATE)
        with intact.handoff("billing", STATE) as handoff:
            return handoff.headers()


def test_a_handoff_departs_on_entry(spans: Spans) -> None:
    """The span has ended before the block begins: a loss shows while the receiver works."""
    with intact.session("s-1", journey="refund"):
        triage(STATE)
        with intact.handoff("billing", STATE, mode="return_to_caller") as handoff:
            (departure,) = spans.departures()
    assert departure.name == "handoff billing"
    assert departure.attributes[names.HANDOFF_ID] == handoff.id
    assert departure.attributes[names.SOURCE_NAME] == "triage"
    assert departure.attributes[names.TARGET_NAME] == "billing"
    assert departure.attributes[names.HANDOFF_MODE] == "return_to_caller"
    assert departure.attributes[names.HANDOFF_RULE] == "explicit"
    assert departure.attributes[names.SESSION_ID] == "s-1"
    assert departure.attributes[names.JOURNEY_NAME] == "refund"
    assert same(sent(departure), STATE)
    links = [link.context.span_id for link in departure.links]
    assert links == [spans.turn("triage").context.span_id]


def test_a_handoff_out_of_an_open_turn_hangs_below_it(spans: Spans) -> None:
    """The parent is the sender, so there is no link; what it was given is told first."""

    @intact.agent("lead")
    def lead(state: object) -> None:
        with (
            spans.provider.get_tracer("user").start_as_current_span("step"),
            intact.handoff("billing", STATE),
        ):
            pass

    lead(LESS)
    (departure,) = spans.departures()
    assert departure.parent.span_id == spans.turn("lead").context.span_id
    assert departure.links == ()
    assert departure.attributes[names.SOURCE_NAME] == "lead"
    told = [span.name for span in spans.all() if span.name != "step"]
    assert told[:2] == ["context lead", "handoff billing"]


def test_the_sender_is_whose_output_is_passed_on(spans: Spans) -> None:
    """Else who ended last; the target itself never is."""
    other = intact.agent("other")(lambda state: {"id": "Q-4711"})
    with intact.session():
        triage(STATE)
        other(None)
        with intact.handoff("billing", STATE):
            pass
        with intact.handoff("billing", {"text": "a summary that shares nothing"}):
            pass
        with intact.handoff("other", {"text": "a summary that shares nothing"}):
            pass
    sources = [span.attributes.get(names.SOURCE_NAME) for span in spans.departures()]
    assert sources == ["triage", "other", None]


def test_an_agent_inside_the_block_is_the_receiver(spans: Spans) -> None:
    """One handoff, one receiver; it also says what was sent where that differs."""
    with intact.session("s-1"):
        triage(STATE)
        with intact.handoff("billing", STATE) as handoff:
            billing(LESS)
            billing(LESS)
    assert spans.edges() == [("triage", "billing", "explicit")]
    (arrival,) = spans.arrivals()
    first = spans.turns("billing")[0]
    assert arrival.attributes[names.HANDOFF_ID] == handoff.id
    assert arrival.parent.span_id == first.context.span_id
    assert [link.context.span_id for link in arrival.links] == [
        spans.turn("triage").context.span_id
    ]
    assert same(sent(arrival), STATE)
    assert same(received(arrival), LESS)
    (departure,) = spans.departures()
    assert first.parent.span_id == departure.context.span_id


def test_inside_a_turn_the_block_counts_more_than_the_call(spans: Spans) -> None:
    """An explicit handoff is no call; the next turn is one again."""

    @intact.agent("lead")
    def lead(state: object) -> None:
        with intact.handoff("billing", STATE):
            billing(STATE)
            triage(STATE)

    lead(LESS)
    assert spans.edges() == [("lead", "billing", "explicit"), ("lead", "triage", "call")]


def test_async_blocks_work_alike(spans: Spans) -> None:
    """`async with` does what `with` does, and outside of it all is as before."""

    async def run() -> None:
        async with intact.session("s-1"), intact.handoff("billing", STATE) as handoff:
            assert handoff.headers()["baggage"]
            billing(STATE)
        assert baggage.get_all() == {}
        assert not trace.get_current_span().get_span_context().is_valid

    asyncio.run(run())
    assert spans.edges() == [(None, "billing", "explicit")]


def test_handing_over_to_oneself_is_no_handoff(spans: Spans) -> None:
    """Nothing departs; the session still travels along."""

    @intact.agent("lead")
    def lead(state: object) -> dict[str, str]:
        with intact.handoff("lead", STATE) as handoff:
            return handoff.headers()

    with intact.session("s-1"):
        carried = lead(LESS)
    assert spans.departures() == []
    assert carried["baggage"] == "intact.session.id=s-1"
    assert "traceparent" in carried


def test_the_receiver_in_another_process_goes_on(spans: Spans) -> None:
    """Extracted by whatever instrumentation: session, journey, trace and handoff are the same."""
    carried = headers(spans)
    with another_process(spans):
        token = context.attach(read_from(carried, Context()) or Context())
        billing(LESS)
        billing(LESS)
        context.detach(token)
    assert spans.edges() == [("triage", "billing", "explicit")]
    (departure,) = spans.departures()
    (arrival,) = spans.arrivals()
    first = spans.turns("billing")[0]
    for name in (names.HANDOFF_ID, names.HANDOFF_SEQUENCE, names.SESSION_ID, names.JOURNEY_NAME):
        assert arrival.attributes[name] == departure.attributes[name]
    assert first.attributes[names.SESSION_ID] == "s-1"
    assert first.parent.span_id == departure.context.span_id
    assert arrival.links == ()
    assert names.CONTEXT_SENT not in arrival.attributes


def test_sequence_counts_on_over_processes(spans: Spans) -> None:
    """A later handoff has a higher number, wherever it departs."""
    carried = headers(spans)
    with another_process(spans), intact.received(STATE, carried):
        billing(STATE)
        with intact.handoff("shipping", STATE):
            pass
    sequences = [span.attributes[names.HANDOFF_SEQUENCE] for span in spans.departures()]
    assert sequences == [0, 1]


def test_received_tells_at_once_and_the_agent_inside_is_the_receiver(spans: Spans) -> None:
    """The arrival waits for no agent; the turn inside is its child and tells no second one."""
    carried = headers(spans)
    with another_process(spans):
        block = intact.received(LESS, carried)
        (arrival,) = spans.arrivals()
        with block:
            billing({**LESS, "client": "c-123"})
            billing(LESS)
    (departure,) = spans.departures()
    assert arrival.parent.span_id == departure.context.span_id
    assert same(received(arrival), LESS)
    assert spans.turns("billing")[0].parent.span_id == arrival.context.span_id
    assert spans.turns("billing")[0].attributes[names.SESSION_ID] == "s-1"
    assert len(spans.arrivals()) == 1


def test_received_inside_a_turn_belongs_to_it(spans: Spans) -> None:
    """What arrived is what the turn received, whatever its arguments were."""
    carried = headers(spans)

    @intact.agent("billing")
    def handler(request: object) -> None:
        intact.received(LESS, carried)

    with another_process(spans):
        handler({"path": "/billing-77"})
    (arrival,) = spans.arrivals()
    turn = spans.turn("billing")
    assert arrival.parent.span_id == turn.context.span_id
    assert same(received(arrival), LESS)
    assert same(received(turn), LESS)
    assert turn.attributes[names.SESSION_ID] == "s-1"
    assert turn.attributes[names.JOURNEY_NAME] == "refund"


@pytest.mark.parametrize("told", [True, False])
def test_arguments_that_hide_the_context_wait_for_it(spans: Spans, told: bool) -> None:
    """A request object shows nothing: its arrival is told by `received`, or when the turn ends."""
    carried = headers(spans)

    @intact.agent("billing")
    def handler(request: object) -> None:
        assert spans.arrivals() == []
        if told:
            intact.received(LESS)
            assert len(spans.arrivals()) == 1

    with another_process(spans):
        token = context.attach(read_from(carried, Context()) or Context())
        handler(object())
        context.detach(token)
    (arrival,) = spans.arrivals()
    assert same(received(arrival), LESS) is told


def test_a_handoff_that_comes_twice_arrives_once(spans: Spans) -> None:
    """A queue that delivers again makes no second receiver."""
    carried = headers(spans)
    with another_process(spans):
        for _ in range(2):
            with intact.received(STATE, carried):
                billing(STATE)
    assert len(spans.arrivals()) == 1
    assert len(spans.turns("billing")) == 2


def test_a_sender_may_play_its_receiver(spans: Spans) -> None:
    """Below the sender's open turn, in one process: the receiver is the agent inside."""

    @intact.agent("lead")
    def lead(state: object) -> None:
        with intact.handoff("billing", STATE) as handoff, intact.received(LESS, handoff.headers()):
            billing(LESS)

    lead(STATE)
    assert spans.edges() == [("lead", "billing", "explicit")]
    (arrival,) = spans.arrivals()
    assert spans.turn("billing").parent.span_id == arrival.context.span_id


def test_received_without_a_handoff_is_harmless(spans: Spans) -> None:
    """No headers, foreign headers: nothing is told, the block works, it is counted."""
    with intact.received(STATE), intact.received(STATE, {"accept": "*/*"}):
        billing(STATE)
    assert spans.arrivals() == []
    assert health.counts() == {"received_without_handoff": 2}


def test_garbage_in_baggage_is_counted_and_left_out(spans: Spans) -> None:
    """Anybody can send baggage: too long, unprintable, or no number at all."""
    ctx = Context()
    for name, value in {
        names.INTACT_SESSION_ID: "x" * 5000,
        names.HANDOFF_ID: "id-1",
        names.SOURCE_NAME: "bad\nname",
        names.HANDOFF_MODE: "teleport",
        names.HANDOFF_SEQUENCE: "9" * 50,
    }.items():
        ctx = baggage.set_baggage(name, value, ctx)
    token = context.attach(ctx)
    billing(STATE)
    context.detach(token)
    (arrival,) = spans.arrivals()
    assert spans.edges() == [(None, "billing", "explicit")]
    assert arrival.attributes[names.HANDOFF_MODE] == "pass_control"
    assert arrival.attributes[names.HANDOFF_SEQUENCE] == 0
    assert names.SESSION_ID not in arrival.attributes
    assert health.counts()["baggage_unreadable"] == 2


def test_headers_before_the_block_make_it_depart(spans: Spans) -> None:
    """Asking twice departs once, and what was passed on is not held."""
    payload = {**STATE}
    handoff = intact.handoff("billing", payload)
    assert spans.departures() == []
    assert handoff.headers() == handoff.headers()
    assert len(spans.departures()) == 1
    assert handoff._payload is None


def test_a_wrong_mode_is_counted(spans: Spans) -> None:
    """It is taken as the usual one."""
    with intact.handoff("billing", STATE, mode="teleport"):
        pass
    assert spans.departures()[0].attributes[names.HANDOFF_MODE] == "pass_control"
    assert health.counts() == {"handoff_mode": 1}


def test_claims_are_bounded() -> None:
    """The oldest is forgotten first."""
    claims = Claims(most=2)
    assert [claims.take(id) for id in "aab"] == [True, False, True]
    assert claims.take("c")
    assert claims.take("a")
    assert not claims.take("c")
