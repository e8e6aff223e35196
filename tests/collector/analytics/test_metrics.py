"""What one handoff and one session add to the metrics."""

from __future__ import annotations

from intact.model.facts import Outcome
from intact.model.measurement import Mode, Verdict
from intact_collector.analytics.metrics import METRICS, increments
from intact_collector.model.metric import Increment, Instrument
from tests.collector.effects import closed, key, measured, settled, unmeasured


def by_metric(found: list[Increment]) -> dict[str, list[Increment]]:
    names: dict[str, list[Increment]] = {}
    for one in found:
        names.setdefault(one.metric, []).append(one)
    return names


def test_the_table_holds_the_metrics_and_units_of_the_contract():
    """Names, instruments, units and the bounds of retention are what backends rely on."""
    assert {name: (spec.instrument, spec.unit) for name, spec in METRICS.items()} == {
        "intact.handoff.retention": (Instrument.HISTOGRAM, "1"),
        "intact.handoffs": (Instrument.COUNTER, "{handoff}"),
        "intact.handoff.facts": (Instrument.COUNTER, "{fact}"),
        "intact.handoff.payload.size": (Instrument.HISTOGRAM, "By"),
        "intact.handoff.duration": (Instrument.HISTOGRAM, "s"),
        "intact.session.retention": (Instrument.HISTOGRAM, "1"),
    }
    bounds = (0, 0.1, 0.25, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.99, 1)
    assert METRICS["intact.handoff.retention"].bounds == bounds
    for spec in METRICS.values():
        assert list(spec.bounds) == sorted(set(spec.bounds))
        assert bool(spec.bounds) is (spec.instrument is Instrument.HISTOGRAM)
        assert spec.description.endswith(".")


def test_a_measured_handoff_adds_to_every_handoff_metric():
    """One handoff: one count, its facts by outcome, its retention, size and duration."""
    facts = {Outcome.KEPT: 30, Outcome.DROPPED: 1, Outcome.ALTERED: 0}
    found = by_metric(increments(settled(1, measured(0.91, Verdict.LOST, facts))))
    values = {
        name: [(dict(one.attributes).get("intact.outcome"), one.value) for one in group]
        for name, group in found.items()
    }
    assert values == {
        "intact.handoffs": [(None, 1.0)],
        "intact.handoff.facts": [("dropped", 1.0), ("kept", 30.0)],
        "intact.handoff.retention": [(None, 0.91)],
        "intact.handoff.payload.size": [(None, 812.0)],
        "intact.handoff.duration": [(None, 0.5)],
    }


def test_attributes_are_those_of_the_contract_and_sorted():
    """Seven attributes name a handoff; the verdict is one more on the count alone."""
    found = by_metric(increments(settled()))
    labels = {
        "intact.handoff.mode": "pass_control",
        "intact.handoff.origin": "declared",
        "intact.handoff.source.name": "triage",
        "intact.handoff.target.name": "billing",
        "intact.journey.name": "refund",
        "intact.target.service.name": "support",
        "intact.target.service.version": "1.4",
    }
    assert dict(found["intact.handoff.retention"][0].attributes) == labels
    assert dict(found["intact.handoffs"][0].attributes) == {**labels, "intact.verdict": "intact"}
    for group in found.values():
        for one in group:
            assert list(one.attributes) == sorted(one.attributes)


def test_what_nobody_knows_is_left_out():
    """Neither an absent journey nor an empty service name makes an attribute."""
    effect = settled(journey=None, service="", service_version=None)
    names = {name for one in increments(effect) for name, _ in one.attributes}
    assert not names & {
        "intact.journey.name",
        "intact.target.service.name",
        "intact.target.service.version",
    }


def test_an_unmeasured_handoff_is_counted_and_has_no_retention():
    """Not to know is a verdict of its own: neither 0 nor 1 enters the histogram."""
    found = by_metric(increments(settled(1, unmeasured(), duration=None)))
    assert set(found) == {"intact.handoffs"}
    assert dict(found["intact.handoffs"][0].attributes)["intact.verdict"] == "not_measured"


def test_a_retention_beside_not_measured_is_not_believed():
    """The verdict decides, should the two ever disagree."""
    found = by_metric(increments(settled(1, measured(0.4, Verdict.NOT_MEASURED))))
    assert "intact.handoff.retention" not in found


def test_a_receiver_that_starts_before_its_sender_let_go_has_no_duration():
    """Clocks of two machines differ; a negative time would pull the sum down."""
    assert "intact.handoff.duration" not in by_metric(increments(settled(duration=-0.2)))
    assert "intact.handoff.duration" in by_metric(increments(settled(duration=0.0)))


def test_exemplars_point_at_the_span_of_the_handoff():
    """Every increment carries the trace and span where people would look, and its own value."""
    for one in increments(settled(7)):
        assert one.exemplar is not None
        assert (one.exemplar.trace_id, one.exemplar.span_id) == key(700)
        assert one.exemplar.value == one.value
        assert one.exemplar.time == 7_000_000_000


def test_no_session_id_is_ever_an_attribute():
    """Sessions are without number; a label of them would blow up any backend."""
    for effect in (settled(session_id="needle", conversation_id="needle"), closed()):
        for one in increments(effect):
            assert "needle" not in str(one.attributes)


def test_a_closed_session_adds_its_retention():
    """By journey and the service where the session began."""
    (one,) = increments(closed(3, retention=0.75))
    assert (one.metric, one.value) == ("intact.session.retention", 0.75)
    assert dict(one.attributes) == {
        "intact.journey.name": "refund",
        "intact.target.service.name": "support",
    }
    assert one.exemplar is not None
    assert one.exemplar.trace_id == key(3000)[0]


def test_a_session_without_a_measurement_adds_nothing():
    """Not 0, not 1: nothing."""
    assert increments(closed(retention=None)) == []


def test_returns_are_told_apart_by_mode():
    """They are reported; who does not want them filters by the attribute."""
    found = by_metric(increments(settled(mode=Mode.RETURN)))
    assert dict(found["intact.handoffs"][0].attributes)["intact.handoff.mode"] == "return"


def test_a_name_that_is_a_text_is_cut():
    """Whatever telemetry calls an agent, a label stays a label."""
    values = [
        value for one in increments(settled(source="x" * 5000)) for _, value in one.attributes
    ]
    assert max(map(len, values)) == 255
