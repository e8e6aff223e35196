"""What the developer says about a turn stands on it, and is harmless elsewhere."""

from __future__ import annotations

from typing import Any

import pytest

import intact
from intact.codec import attributes as names
from intact.model.facts import Flag
from intact.trace import health
from tests.intact.trace.recorded import Spans, output, received, same, sent

STATE = {"order": {"id": "A-1042"}, "refund_by": "2026-12-04", "note": "fragile goods"}


def test_output_counts_more_than_what_is_returned(spans: Spans) -> None:
    """The last word counts; the value may change afterwards."""

    @intact.agent("billing")
    def billing(state: object) -> object:
        said = {"refund": "129.90 EUR"}
        intact.output("not this")
        intact.output(said)
        said.clear()
        return {"transport": "response object 99-1"}

    billing(STATE)
    assert same(output(spans.turn("billing")), {"refund": "129.90 EUR"})


def test_output_of_a_turn_that_raised_is_told(spans: Spans) -> None:
    """What was said was said."""

    @intact.agent("billing")
    def billing(state: object) -> None:
        intact.output(STATE)
        raise KeyError

    with pytest.raises(KeyError):
        billing(STATE)
    assert same(output(spans.turn("billing")), STATE)


def test_pruned_goes_with_output_and_handoff(spans: Spans) -> None:
    """Paths with their reasons, once each; a path that is none is left out."""

    @intact.agent("billing")
    def billing(state: object) -> object:
        intact.pruned("note", reason="privacy")
        intact.pruned(["note", "items[].internal", "a..["], reason="privacy")
        with intact.handoff("shipping", {"id": "A-1042"}):
            pass
        return state

    billing(STATE)
    expected = (("note", "privacy"), ("items[].internal", "privacy"))
    assert output(spans.turn("billing")).pruned == expected
    assert sent(spans.departures()[0]).pruned == expected
    assert received(spans.turn("billing")).pruned == ()


def test_must_keep_holds_for_the_rest_of_the_session(spans: Spans) -> None:
    """Every later fingerprint of it marks the fact, also what the declaring turn returns."""

    @intact.agent("triage")
    def triage(state: object) -> object:
        intact.must_keep(["refund_by"])
        return state

    @intact.agent("billing")
    def billing(state: object) -> None:
        pass

    def kept(fingerprint: Any) -> list[str]:
        return [fact.name for fact in fingerprint.facts if fact.flags & Flag.MUST_KEEP]

    with intact.session():
        intact.must_keep("order.id")
        billing(triage(STATE))
    assert kept(received(spans.turn("triage"))) == ["order.id"]
    assert kept(output(spans.turn("triage"))) == ["order.id", "refund_by"]
    assert kept(received(spans.turn("billing"))) == ["order.id", "refund_by"]


def test_outcome_stands_on_the_turn(spans: Spans) -> None:
    """Name and score; a score that is no number is left out and counted."""

    @intact.agent("billing")
    def billing(score: float) -> None:
        intact.outcome("resolved", score=score)

    billing(0.75)
    billing(float("nan"))
    first, second = spans.turns("billing")
    assert first.attributes[names.OUTCOME_NAME] == "resolved"
    assert first.attributes[names.OUTCOME_SCORE] == 0.75
    assert names.OUTCOME_SCORE not in second.attributes
    assert health.counts() == {"outcome_score": 1}


def test_outside_of_a_turn_marks_are_harmless(
    spans: Spans, caplog: pytest.LogCaptureFixture
) -> None:
    """They are counted, and said once at debug level."""
    caplog.set_level("DEBUG")
    for _ in range(3):
        intact.pruned("note")
        intact.must_keep("note")
        intact.output(STATE)
        intact.outcome("resolved")
    assert health.counts() == {
        "pruned_outside": 3,
        "must_keep_outside": 3,
        "output_outside": 3,
        "outcome_outside": 3,
    }
    assert len(caplog.records) == 4
    assert {record.levelname for record in caplog.records} == {"DEBUG"}
    assert spans.all() == []


def test_must_keep_is_bounded(spans: Spans) -> None:
    """A loop that declares forever does not grow every fingerprint."""
    with intact.session():
        intact.must_keep([f"path{number}" for number in range(100)])
    assert health.counts() == {"must_keep_full": 1}
