"""Evaluation events: what they say, where they point, and that they are the same every time."""

from __future__ import annotations

from dataclasses import replace

from intact.model.measurement import Mode, Reason, Verdict
from intact_collector.analytics.events import effect_id, events, session_verdict
from intact_collector.model.effect import SessionClosed
from tests.collector.effects import (
    closed,
    handoff,
    key,
    lost_fact,
    measured,
    session,
    settled,
    unmeasured,
)

LOST = measured(
    0.83, Verdict.LOST, lost=(lost_fact("order.note"), lost_fact("refund_by", must_keep=True))
)


def test_a_handoff_says_its_verdict_score_and_what_was_lost():
    """The whole record, in the words of the conventions; must-keep facts are named first."""
    (event,) = events(settled(4, LOST, conversation_id="c-9"), "0.1.0")
    assert dict(event.attributes) == {
        "gen_ai.evaluation.name": "intact.handoff_retention",
        "gen_ai.evaluation.score.value": 0.83,
        "gen_ai.evaluation.score.label": "lost",
        "gen_ai.evaluation.explanation": "refund_by, order.note",
        "intact.evaluator.version": "0.1.0",
        "intact.session.id": "journey-42",
        "gen_ai.conversation.id": "c-9",
        "intact.journey.name": "refund",
        "intact.handoff.source.name": "triage",
        "intact.handoff.target.name": "billing",
        "intact.handoff.mode": "pass_control",
        "intact.handoff.origin": "declared",
        "intact.handoff.id": "h4",
        "intact.target.service.name": "support",
        "intact.target.service.version": "1.4",
    }
    assert event.body == "triage → billing: lost, retention 0.83; lost: refund_by, order.note"
    assert (event.trace_id, event.span_id) == key(400)
    assert event.time == 4_000_000_000


def test_without_a_measurement_there_is_no_score_but_a_reason():
    """An absent score is not a zero; the explanation says why it is absent."""
    (event,) = events(settled(1, unmeasured(Reason.FOREIGN_KEY)), "0.1.0")
    assert "gen_ai.evaluation.score.value" not in event.attributes
    assert event.attributes["gen_ai.evaluation.score.label"] == "not_measured"
    assert event.attributes["gen_ai.evaluation.explanation"] == "foreign_key"


def test_an_intact_handoff_explains_nothing():
    """No name of a lost fact, no attribute; no conversation was given, none is made up."""
    (event,) = events(settled(), "0.1.0")
    assert event.attributes["gen_ai.evaluation.score.value"] == 1.0
    assert not {"gen_ai.evaluation.explanation", "gen_ai.conversation.id"} & set(event.attributes)


def test_an_explanation_is_bounded():
    """A context of a thousand lost facts is counted in the metric, not listed in a log record."""
    many = tuple(lost_fact(f"f{number}") for number in range(1000))
    (event,) = events(settled(1, measured(0.1, Verdict.LOST, lost=many)), "0.1.0")
    explanation = str(event.attributes["gen_ai.evaluation.explanation"])
    assert explanation.startswith("f0, f1, ")
    assert explanation.endswith("and 950 more")


def test_the_same_handoff_has_the_same_event():
    """By the id a backend drops what was delivered twice; other handoffs have other ids."""
    assert events(settled(1), "0.1.0") == events(settled(1), "0.1.0")
    ids = {effect_id(effect) for effect in (settled(1), settled(2), closed(1), closed(2))}
    assert len(ids) == 4


def test_an_id_does_not_show_the_key_it_was_made_of():
    """Keys may hold an id that a user chose, which can be erased on request."""
    assert "handoff-1" not in effect_id(settled(1))


def test_a_session_says_its_worst_verdict_and_pooled_score():
    """Lost names of all its handoffs, each once."""
    two = handoff(2, measured(0.7, Verdict.DEGRADED, lost=(lost_fact("refund_by"),)))
    (event,) = events(closed(5, handoffs=(handoff(1, LOST), two), retention=0.8), "0.1.0")
    assert dict(event.attributes) == {
        "gen_ai.evaluation.name": "intact.session_retention",
        "gen_ai.evaluation.score.value": 0.8,
        "gen_ai.evaluation.score.label": "lost",
        "gen_ai.evaluation.explanation": "refund_by, order.note",
        "intact.evaluator.version": "0.1.0",
        "intact.session.id": "journey-42",
        "intact.journey.name": "refund",
    }
    assert (event.trace_id, event.span_id) == key(5000)


def test_returns_do_not_judge_a_session():
    """They are left out of its retention, so they are left out of its verdict."""
    bad_return = handoff(2, LOST, mode=Mode.RETURN)
    assert session_verdict(session(handoffs=(handoff(1), bad_return))) is Verdict.INTACT


def test_a_session_of_unmeasured_handoffs_is_not_measured():
    """So is one without any handoff."""
    for handoffs in ((), (handoff(1, unmeasured()),)):
        assert session_verdict(session(handoffs=handoffs)) is Verdict.NOT_MEASURED
    (event,) = events(closed(retention=None), "0.1.0")
    assert "gen_ai.evaluation.score.value" not in event.attributes


def test_a_session_in_which_no_agent_took_a_turn_has_no_event():
    """There is nothing to point at and nothing to say."""
    effect = SessionClosed("session-1", replace(session(), turns=()))
    assert events(effect, "0.1.0") == []
