"""What a real backend receives, over gRPC and HTTP."""

from __future__ import annotations

from pathlib import Path

import pytest
from opentelemetry.proto.metrics.v1.metrics_pb2 import AggregationTemporality

from intact.errors import ConfigError
from intact.model.facts import Outcome
from intact.model.measurement import Verdict
from intact_collector.analytics.metrics import METRICS
from intact_collector.export import OtlpExporter, targets
from intact_collector.store import MemoryStore, SqliteStore
from tests.collector.effects import closed, key, lost_fact, measured, settled, unmeasured
from tests.collector.export.backend import Backend, attributes
from tests.collector.export.conftest import NOW, exporter

START = round(NOW * 1e9)
LATER = START + 60_000_000_000

LABELS = {
    "intact.handoff.source.name": "triage",
    "intact.handoff.target.name": "billing",
    "intact.handoff.mode": "pass_control",
    "intact.handoff.origin": "declared",
    "intact.journey.name": "refund",
    "intact.target.service.name": "support",
    "intact.target.service.version": "1.4",
}


def test_metrics_arrive_as_the_contract_says(backend: Backend, store: MemoryStore):
    """Names, units, attributes, bounds, totals, temporality, start and end."""
    facts = {Outcome.KEPT: 30, Outcome.DROPPED: 1}
    store.apply(
        [
            settled(1, measured(0.91, Verdict.LOST, facts)),
            settled(2, measured(1.0)),
            settled(3, unmeasured(), duration=None),
            closed(1, retention=0.95),
        ],
        b"",
        NOW,
    )
    sender = exporter(backend)
    assert sender.metrics(store.series(), LATER)
    found = backend.metrics()
    assert {name: metric.unit for name, metric in found.items()} == {
        name: spec.unit for name, spec in METRICS.items()
    }
    assert all(metric.description for metric in found.values())

    retention = found["intact.handoff.retention"].histogram
    (point,) = retention.data_points
    assert retention.aggregation_temporality == AggregationTemporality.Value(
        "AGGREGATION_TEMPORALITY_CUMULATIVE"
    )
    assert attributes(point.attributes) == LABELS
    bounds = [0, 0.1, 0.25, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.99, 1]
    assert list(point.explicit_bounds) == bounds
    assert list(point.bucket_counts) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0]
    assert (point.count, point.sum, point.min, point.max) == (2, 0.91 + 1.0, 0.91, 1.0)
    assert (point.start_time_unix_nano, point.time_unix_nano) == (START, LATER)

    counts = found["intact.handoffs"].sum
    assert counts.is_monotonic
    assert counts.aggregation_temporality == retention.aggregation_temporality
    by_verdict = {
        attributes(point.attributes)["intact.verdict"]: point.as_int for point in counts.data_points
    }
    assert by_verdict == {"lost": 1, "intact": 1, "not_measured": 1}
    by_outcome = {
        attributes(point.attributes)["intact.outcome"]: point.as_int
        for point in found["intact.handoff.facts"].sum.data_points
    }
    assert by_outcome == {"kept": 33, "dropped": 1}
    (of_session,) = found["intact.session.retention"].histogram.data_points
    assert attributes(of_session.attributes) == {
        "intact.journey.name": "refund",
        "intact.target.service.name": "support",
    }
    sender.close()


def test_exemplars_point_at_the_handoff(backend: Backend, store: MemoryStore):
    """From a bad bucket straight to the trace; ids as in the trace, byte by byte."""
    store.apply([settled(1, measured(0.2)), settled(2, measured(1.0))], b"", NOW)
    sender = exporter(backend)
    sender.metrics(store.series(), LATER)
    (point,) = backend.metrics()["intact.handoff.retention"].histogram.data_points
    found = [(e.as_double, e.trace_id, e.span_id, e.time_unix_nano) for e in point.exemplars]
    assert found == [(0.2, *key(100), 1_000_000_000), (1.0, *key(200), 2_000_000_000)]
    (count,) = backend.metrics()["intact.handoffs"].sum.data_points
    assert [(e.as_int, e.trace_id) for e in count.exemplars] == [(1, key(200)[0])]
    sender.close()


def test_the_resource_names_the_collector(
    backend: Backend, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
):
    """Whose totals these are; what the operator says in the environment stands beside it."""
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=prod,service.name=no")
    store.apply([settled(1)], b"", NOW)
    sender = exporter(backend)
    sender.metrics(store.series(), LATER)
    sender.events(store.events(9), LATER)
    for resource in (
        backend.metric_requests[0].resource_metrics[0].resource,
        backend.log_requests[0].resource_logs[0].resource,
    ):
        found = attributes(resource.attributes)
        assert found["service.name"] == "intact-collector"
        assert found["service.version"] == "0.1.0"
        assert found["service.instance.id"] == "instance-1"
        assert found["deployment.environment"] == "prod"
    scope = backend.metric_requests[0].resource_metrics[0].scope_metrics[0].scope
    assert (scope.name, scope.version) == ("intact", "0.1.0")
    sender.close()


def test_events_arrive_as_the_contract_says(backend: Backend, store: MemoryStore):
    """In the trace and span of the handoff, with an id by which repeats can be dropped."""
    bad = measured(0.83, Verdict.LOST, lost=(lost_fact("refund_by", must_keep=True),))
    store.apply([settled(4, bad, conversation_id="c-9"), settled(5, unmeasured())], b"", NOW)
    waiting = store.events(9)
    sender = exporter(backend)
    assert sender.events(waiting, LATER)
    lost, unknown = backend.records()
    assert lost.event_name == "gen_ai.evaluation.result"
    assert (lost.trace_id, lost.span_id) == key(400)
    assert (lost.time_unix_nano, lost.observed_time_unix_nano) == (4_000_000_000, LATER)
    assert lost.body.string_value == "triage → billing: lost, retention 0.83; lost: refund_by"
    assert attributes(lost.attributes) == {
        **LABELS,
        "gen_ai.evaluation.name": "intact.handoff_retention",
        "gen_ai.evaluation.score.value": 0.83,
        "gen_ai.evaluation.score.label": "lost",
        "gen_ai.evaluation.explanation": "refund_by",
        "gen_ai.conversation.id": "c-9",
        "intact.evaluator.version": "0.1.0",
        "intact.session.id": "journey-42",
        "intact.handoff.id": "h4",
        "log.record.uid": waiting[0].id,
    }
    assert "gen_ai.evaluation.score.value" not in attributes(unknown.attributes)
    sender.close()


def test_totals_equal_those_of_an_uninterrupted_run(backend: Backend, tmp_path: Path):
    """Over a restart of store and exporter: same start, same instance, sums that go on."""
    points, instances = [], set()
    for run in range(3):
        store = SqliteStore(
            tmp_path, to_json=lambda _: b"{}", version="0.1.0", now=NOW + 1000 * run
        )
        store.apply([settled(1), settled(run + 2, measured(0.5))], b"", NOW + 1000 * run + 1)
        found = targets(backend.url, backend.protocol, {}, [])
        sender = OtlpExporter(found, instance_id=store.instance_id(), version="0.1.0")
        assert sender.metrics(store.series(), START + run)
        (point,) = backend.metrics()["intact.handoff.retention"].histogram.data_points
        points.append((point.start_time_unix_nano, point.count, point.sum))
        resource = backend.metric_requests[-1].resource_metrics[0].resource
        instances.add(attributes(resource.attributes)["service.instance.id"])
        sender.close()
        store.close()
    assert points == [(START, 2, 1.5), (START, 3, 2.0), (START, 4, 2.5)]
    assert len(instances) == 1


def test_the_overflow_series_carries_the_attribute_of_the_specification(
    backend: Backend, store: MemoryStore
):
    """A truth value, and no name; requests stay below what gRPC servers read (4 MiB)."""
    long = "a" * 60
    store.apply([settled(n, source=f"{long}{n}") for n in range(1002)], b"", NOW)
    sender = exporter(backend)
    assert sender.metrics(store.series(), LATER)
    points = [
        point
        for request in backend.metric_requests
        for metric in request.resource_metrics[0].scope_metrics[0].metrics
        if metric.name == "intact.handoffs"
        for point in metric.sum.data_points
    ]
    assert len(points) == 1000
    overflow = [p for p in points if "otel.metric.overflow" in attributes(p.attributes)]
    assert [attributes(p.attributes) for p in overflow] == [{"otel.metric.overflow": True}]
    assert sum(p.as_int for p in points) == 1002
    assert max(request.ByteSize() for request in backend.metric_requests) < 4 << 20
    sender.close()


def test_an_agent_named_true_is_not_a_truth_value(backend: Backend, store: MemoryStore):
    """Only the attribute of the specification is one."""
    store.apply([settled(1, source="true")], b"", NOW)
    sender = exporter(backend)
    sender.metrics(store.series(), LATER)
    (point,) = backend.metrics()["intact.handoffs"].sum.data_points
    assert attributes(point.attributes)["intact.handoff.source.name"] == "true"
    sender.close()


def test_the_environment_of_the_exporters_is_honoured(
    backend: Backend, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
):
    """Endpoint, protocol, headers and compression, also per signal."""
    environment = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": backend.url,
        "OTEL_EXPORTER_OTLP_PROTOCOL": backend.protocol,
        "OTEL_EXPORTER_OTLP_HEADERS": "x-tenant=blue",
        "OTEL_EXPORTER_OTLP_LOGS_HEADERS": "x-tenant=red",
        "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip",
        "OTEL_EXPORTER_OTLP_TIMEOUT": "5",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    store.apply([settled(1)], b"", NOW)
    found = targets(None, None, environment, [])
    sender = OtlpExporter(found, instance_id="i", version="0.1.0")
    assert sender.metrics(store.series(), LATER)
    assert sender.events(store.events(9), LATER)
    assert [headers["x-tenant"] for headers in backend.headers] == ["blue", "red"]
    if backend.protocol != "grpc":  # there the encoding is not among the metadata
        assert {headers["content-encoding"] for headers in backend.headers} == {"gzip"}
    assert len(backend.records()) == 1
    sender.close()


def test_a_signal_without_a_target_counts_as_sent(backend: Backend, store: MemoryStore):
    """Only metrics have an endpoint: events have nowhere to go and fail nowhere."""
    store.apply([settled(1)], b"", NOW)
    found = {"metrics": targets(backend.url, backend.protocol, {}, [])["metrics"]}
    sender = OtlpExporter(found, instance_id="i", version="0.1.0")
    assert sender.events(store.events(9), LATER)
    assert sender.metrics(store.series(), LATER)
    assert (len(backend.log_requests), len(backend.metric_requests)) == (0, 1)
    sender.close()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OTEL_EXPORTER_OTLP_CERTIFICATE", "/does/not/exist.pem"),
        ("OTEL_EXPORTER_OTLP_LOGS_CLIENT_KEY", "/does/not/exist.key"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "soon"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "zip"),
    ],
)
def test_a_variable_that_cannot_be_used_stops_the_start(
    backend: Backend, monkeypatch: pytest.MonkeyPatch, name: str, value: str
):
    """At once and as a setting that is wrong, not at the first export and not as a traceback."""
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match="OTEL_EXPORTER_OTLP_"):
        exporter(backend)


def test_every_wrong_variable_is_named_at_once(backend: Backend, monkeypatch: pytest.MonkeyPatch):
    """Mending them one restart at a time is no fun."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "-1")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_METRICS_COMPRESSION", "zip")
    with pytest.raises(ConfigError) as wrong:
        exporter(backend)
    assert "OTEL_EXPORTER_OTLP_TIMEOUT is '-1'" in str(wrong.value)
    assert "OTEL_EXPORTER_OTLP_METRICS_COMPRESSION is 'zip'" in str(wrong.value)


def test_no_compression_may_be_said_in_words(
    backend: Backend, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
):
    """The specification has the word; the SDK's gRPC exporters do not."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
    store.apply([settled(1)], b"", NOW)
    sender = exporter(backend)
    assert sender.metrics(store.series(), LATER)
    assert sender.events(store.events(9), LATER)
    sender.close()


def test_a_backend_that_is_away_is_an_answer_not_an_exception(backend: Backend, store: MemoryStore):
    """Which of them to try again is for the loop to decide."""
    store.apply([settled(1)], b"", NOW)
    backend.down()
    sender = exporter(backend, timeout=0.3)
    assert not sender.metrics(store.series(), LATER)
    assert not sender.events(store.events(9), LATER)
    sender.close()
    backend.up()
