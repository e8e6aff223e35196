"""A turn that was given what an earlier turn returned received a handoff from it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.trace import INVALID_SPAN_CONTEXT

import intact
from intact.codec import attributes as names
from intact.model.facts import Fact, Kind
from intact.model.fingerprint import Fingerprint, Limit
from intact.trace.memory import OUTPUTS, VALUES, Finished, Session, Sessions, best_match, summary
from tests.intact.trace.recorded import Spans, received, same

STATE = {"order": {"id": "A-1042", "total": "129.90 EUR"}, "refund_by": "2026-12-04"}


def agent(name: str, result: object = None) -> Any:
    """An agent that returns a fixed value, else what it is given."""

    @intact.agent(name)
    def run(context: object) -> object:
        return context if result is None else result

    return run


def test_passing_on_an_output_is_a_handoff(spans: Spans) -> None:
    """The arrival hangs below the receiver, points at the sender, and holds what arrived."""
    with intact.session("s-1", journey="refund"):
        agent("billing")(agent("triage")(STATE))
    assert spans.edges() == [("triage", "billing", "dataflow")]
    (arrival,) = spans.arrivals()
    triage, billing = spans.turn("triage"), spans.turn("billing")
    assert arrival.name == "handoff billing"
    assert arrival.parent.span_id == billing.context.span_id
    assert [link.context.span_id for link in arrival.links] == [triage.context.span_id]
    assert arrival.attributes[names.HANDOFF_MODE] == "pass_control"
    assert arrival.attributes[names.HANDOFF_SEQUENCE] == 0
    assert same(received(arrival), STATE)
    assert names.CONTEXT_SENT not in arrival.attributes
    assert arrival.end_time <= billing.end_time
    for span in (arrival, triage, billing):
        assert span.attributes[names.INTACT_SESSION_ID] == "s-1"
        assert span.attributes[names.SESSION_ID] == "s-1"
        assert span.attributes[names.GEN_AI_CONVERSATION_ID] == "s-1"
        assert span.attributes[names.JOURNEY_NAME] == "refund"


CHAT = [{"role": "user", "content": f"Then there is order A-{n}00 as well."} for n in range(12)]
NEW = {"role": "user", "content": "Please take over from here, will you?"}


@pytest.mark.parametrize(
    ("given", "edge"),
    [
        (CHAT[-4:], True),
        ([*CHAT[-2:], NEW], True),
        ({"past": {"turns": [NEW, *CHAT[-3:]]}}, True),
        (CHAT[:3], True),
        (CHAT[-1:], False),  # one message may be anybody's
        ([CHAT[2], NEW, CHAT[7]], False),
        ([NEW, NEW], False),
    ],
)
def test_a_part_of_a_history_is_enough_although_most_facts_are_gone(
    spans: Spans, given: object, edge: bool
) -> None:
    """A history that was cut hides most of what was returned: just then it has to be seen."""
    with intact.session():
        agent("triage")({"messages": CHAT})
        agent("billing")(given)
    assert len(spans.arrivals()) == edge


@pytest.mark.parametrize(
    ("given", "edge"),
    [
        ({"state": STATE, "hint": "hurry 77123"}, True),  # all of it, elsewhere
        ({"note": "Refund order A-1042 by 4 December 2026."}, True),  # two of three, in a text
        ({"order": {"id": "A-1042"}}, False),  # one of three
        ({"order": {"id": "B-7"}, "refund_by": "2027-01-01"}, False),
        ({}, False),
        (None, False),
    ],
)
def test_half_of_the_named_facts_is_enough(spans: Spans, given: object, edge: bool) -> None:
    """Moved, rephrased or embedded, at least half of what was returned has to be there."""
    with intact.session():
        agent("triage")(STATE)
        agent("billing")(given)
    assert len(spans.arrivals()) == edge


def test_empty_contexts_are_not_equal_for_a_reason(spans: Spans) -> None:
    """Two agents that are given nothing have nothing from each other."""
    with intact.session():
        agent("triage", {})(None)
        agent("billing")({})
        agent("shipping")({"client": object()})
    assert spans.arrivals() == []


def test_the_same_agent_going_on_is_no_handoff(spans: Spans) -> None:
    """Nor is an older output of another agent then its source."""
    with intact.session():
        state = agent("triage")(STATE)
        state = agent("billing")(state)
        agent("billing")(state)
    assert spans.edges() == [("triage", "billing", "dataflow")]


def test_an_output_fans_out_and_of_equals_the_latest_is_the_sender(spans: Spans) -> None:
    """Several may be given the same; who says the same later is the one who handed over."""
    with intact.session():
        state = agent("triage")(STATE)
        agent("billing", {"amount": "7,001.50 EUR"})(state)
        agent("shipping")(state)
        agent("archive")(state)
    assert spans.edges() == [
        ("triage", "billing", "dataflow"),
        ("triage", "shipping", "dataflow"),
        ("shipping", "archive", "dataflow"),
    ]


def test_turns_of_one_trace_are_one_session(spans: Spans) -> None:
    """Under a root span that is no turn, handoffs are found without a session."""
    with spans.provider.get_tracer("user").start_as_current_span("request"):
        agent("billing")(agent("triage")(STATE))
    assert spans.edges() == [("triage", "billing", "dataflow")]
    assert names.SESSION_ID not in spans.turn("triage").attributes


def test_turns_of_no_trace_and_no_session_are_strangers(spans: Spans) -> None:
    """Two roots that nothing holds together may be of two users."""
    agent("billing")(agent("triage")(STATE))
    assert spans.arrivals() == []


def test_a_session_goes_on_by_its_id(spans: Spans) -> None:
    """Two requests with one id are one session, two sessions without id never are."""
    with intact.session("conversation 7"):
        state = agent("triage")(STATE)
    with intact.session("conversation 8"):
        agent("billing")(state)
    with intact.session("conversation 7"):
        agent("billing")(state)
    with intact.session():
        state = agent("triage", {"id": "Z-12345"})(None)
    with intact.session():
        agent("billing")(state)
    assert spans.edges() == [("triage", "billing", "dataflow")]


def test_a_turn_that_raised_returned_nothing(spans: Spans) -> None:
    """It neither is a sender nor hides the one before it."""

    @intact.agent("breaks")
    def breaks(context: object) -> None:
        raise ValueError("out of stock")

    with intact.session():
        state = agent("triage")(STATE)
        with pytest.raises(ValueError, match="out of stock"):
            breaks({"other": "Q-4711-8"})
        agent("billing")(state)
    assert spans.edges() == [("triage", "billing", "dataflow")]


def test_a_session_decorates_functions(spans: Spans) -> None:
    """Each call is in the session, and what runs outside of it is not."""

    @intact.session("s-2")
    def request(state: object) -> object:
        return agent("billing")(agent("triage")(state))

    request(STATE)
    agent("shipping")(STATE)
    assert spans.turn("triage").attributes[names.SESSION_ID] == "s-2"
    assert names.SESSION_ID not in spans.turn("shipping").attributes
    assert spans.edges() == [("triage", "billing", "dataflow")]


def test_a_session_decorates_a_generator_step_by_step(spans: Spans) -> None:
    """The consumer of a generator is not in its session between the steps."""

    @intact.session("s-3")
    def request(state: object) -> Any:
        yield agent("triage")(state)
        yield agent("billing")(state)

    steps = request(STATE)
    next(steps)
    agent("between")(STATE)
    next(steps)
    assert names.SESSION_ID not in spans.turn("between").attributes
    assert spans.turn("billing").attributes[names.SESSION_ID] == "s-3"
    assert spans.edges() == [("triage", "billing", "dataflow")]


def fingerprint(values: list[int], root: int = 0, **rest: Any) -> Fingerprint:
    facts = tuple(Fact(0, value, 0, Kind.ID) for value in values)
    return Fingerprint(key_id=b"test", root=root, facts=facts, fact_total=len(facts), **rest)


def finished(name: str, values: list[int], root: int = 0) -> Finished:
    return summary(name, INVALID_SPAN_CONTEXT, fingerprint(values, root))


contexts = st.lists(st.integers(0, 12), min_size=1, max_size=8)
outputs = st.lists(st.tuples(contexts, st.integers(0, 3)), max_size=8)


@given(context=contexts, root=st.integers(0, 3), past=outputs)
def test_the_best_match_is_the_one_that_all_pairs_show(
    context: list[int], root: int, past: list[tuple[list[int], int]]
) -> None:
    """Equal to the latest of all outputs that no other beats, by trying every one."""
    ended = [finished(str(at), values, tag) for at, (values, tag) in enumerate(past)]
    found = best_match(fingerprint(context, root), ended)

    def score(at: int) -> float:
        values, tag = past[at]
        share = len(set(values) & set(context)) / len(set(values))
        return 2.0 if tag == root else share if share >= 0.5 else -1.0

    best = max(range(len(past)), key=lambda at: (score(at), at), default=None)
    expected = None if best is None or score(best) < 0 else str(best)
    assert (None if found is None else found.agent) == expected


def test_memory_is_bounded() -> None:
    """Of a session the last outputs are known, of an output a sample, of sessions the last."""
    session = Session()
    for number in range(OUTPUTS + 1):
        session.remember(finished(f"agent {number}", [number], root=number + 1))
    assert session.sender_of(fingerprint([0], root=1), "other") is None
    assert session.sender_of(fingerprint([1], root=2), "other") is not None

    large = finished("large", list(range(5 * VALUES)))
    assert len(large.values) == VALUES
    assert best_match(fingerprint(list(range(5 * VALUES)), root=9), [large]) is large

    sessions = Sessions()
    first = sessions.by_id("first")
    for number in range(1000):
        sessions.by_id(f"session {number}")
    assert sessions.by_id("first") is not first
    assert sessions.by_id("session 999") is sessions.by_id("session 999")


def test_a_fingerprint_that_failed_matches_nothing() -> None:
    """What could not be read is no evidence of anything."""
    broken = fingerprint([1], root=5, limits=Limit.ERROR)
    whole = fingerprint([1], root=5)
    assert best_match(broken, [finished("triage", [1], 5)]) is None
    assert best_match(whole, [summary("triage", INVALID_SPAN_CONTEXT, broken)]) is None
