"""A turn inside a turn was called by it, and gives control back."""

from __future__ import annotations

from typing import Any

import intact
from intact.codec import attributes as names
from tests.intact.trace.recorded import Spans, received, same, sent

TASK = {"order": {"id": "A-1042"}, "note": "fragile goods"}
PART = {"order": {"id": "A-1042"}}


def test_a_call_is_a_handoff_that_is_given_back(spans: Spans) -> None:
    """What was sent is what was received; the caller's context is told before it ends."""

    @intact.agent("billing")
    def billing(context: object) -> object:
        assert [span.name for span in spans.all()] == ["context triage", "handoff billing"]
        return {"refund": "129.90 EUR"}

    @intact.agent("triage")
    def triage(context: dict[str, Any]) -> object:
        return billing(PART)

    with intact.session("s-1"):
        triage(TASK)
    assert spans.edges() == [("triage", "billing", "call")]
    (arrival,) = spans.arrivals()
    caller = spans.turn("triage")
    assert arrival.attributes[names.HANDOFF_MODE] == "return_to_caller"
    assert [link.context.span_id for link in arrival.links] == [caller.context.span_id]
    assert names.CONTEXT_SENT not in arrival.attributes
    assert same(received(arrival), PART)
    told = spans.all()[0]
    assert told.parent.span_id == caller.context.span_id
    assert told.attributes[names.GEN_AI_AGENT_NAME] == "triage"
    assert told.attributes[names.SESSION_ID] == "s-1"
    assert same(received(told), TASK)


def test_the_callers_context_is_told_once(spans: Spans) -> None:
    """Each call is a handoff of its own; what one call returned does not call the next."""

    @intact.agent("tool")
    def tool(context: object) -> object:
        return {"answer": "R-99"}

    @intact.agent("other")
    def other(context: object) -> None:
        pass

    @intact.agent("triage")
    def triage(context: object) -> None:
        other(tool(PART))

    triage(TASK)
    assert spans.edges() == [("triage", "tool", "call"), ("triage", "other", "call")]
    assert [span.name for span in spans.all()].count("context triage") == 1


def test_an_agent_that_calls_itself_goes_on(spans: Spans) -> None:
    """Recursion is no handoff, and neither is its way back."""

    @intact.agent("triage")
    def triage(context: dict[str, Any], depth: int = 2) -> object:
        return triage({**context, "depth": depth}, depth - 1) if depth else context

    triage(TASK)
    assert len(spans.turns("triage")) == 3
    assert spans.arrivals() == []


def test_what_the_caller_pruned_goes_with_the_call(spans: Spans) -> None:
    """A part that was dropped on purpose is declared where the call arrives."""

    @intact.agent("billing")
    def billing(context: object) -> None:
        pass

    @intact.agent("triage")
    def triage(context: object) -> None:
        intact.pruned("note", reason="not needed")
        billing(PART)

    triage(TASK)
    (arrival,) = spans.arrivals()
    assert sent(arrival).pruned == (("note", "not needed"),)
    assert received(arrival).pruned == ()


def test_turns_inside_a_turn_are_in_its_session(spans: Spans) -> None:
    """Also where the inner one opens a session of its own: that one counts below it."""

    @intact.agent("inner")
    def inner(context: object) -> None:
        pass

    @intact.agent("outer")
    def outer(context: object) -> None:
        inner(PART)
        with intact.session("s-2"):
            inner(PART)

    with intact.session("s-1"):
        outer(TASK)
    assert [span.attributes[names.SESSION_ID] for span in spans.turns("inner")] == ["s-1", "s-2"]
