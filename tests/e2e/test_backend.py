"""What arrives at a real OTLP backend, of a real collector, also over its restart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from opentelemetry.proto.metrics.v1.metrics_pb2 import (
    AGGREGATION_TEMPORALITY_CUMULATIVE as CUMULATIVE,
)
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric

from tests.collector.export.backend import Backend, GrpcBackend, HttpBackend, attributes
from tests.e2e.program import Program, recorded, send
from tests.e2e.test_serve import eventually

pytestmark = pytest.mark.e2e

FULL = "openai-agents__openinference__full"
LOSSY = "openai-agents__openinference__lossy"
BOUNDS = [0, 0.1, 0.25, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.99, 1]


@pytest.fixture(params=[GrpcBackend, HttpBackend])
def backend(request: pytest.FixtureRequest) -> Iterator[Backend]:
    made = request.param()
    yield made
    made.down()


def serving(data: Path, backend: Backend) -> Program:
    return Program(
        data,
        *("--export-endpoint", backend.url, "--export-protocol", backend.protocol),
        *("--export-interval", "100ms", "--idle", "1s"),
    )


def feed(program: Program, *names: str) -> set[bytes]:
    """Send recordings, each request twice; the traces they hold."""
    traces = set()
    for name in names:
        for request in recorded(name):
            assert send(program.grpc, request)
            assert send(program.grpc, request)
            for resource in request.resource_spans:
                for scope in resource.scope_spans:
                    traces |= {span.trace_id for span in scope.spans}
    return traces


def handoffs(backend: Backend) -> dict[str, float]:
    """The total of handoffs by verdict, as of the last export."""
    found: dict[str, float] = {}
    metric = backend.metrics().get("intact.handoffs") if backend.metric_requests else None
    for point in metric.sum.data_points if metric is not None else ():
        verdict = str(attributes(point.attributes)["intact.verdict"])
        found[verdict] = found.get(verdict, 0) + getattr(point, point.WhichOneof("value"))
    return found


def retention(backend: Backend) -> Metric:
    return backend.metrics()["intact.handoff.retention"]


def test_totals_go_on_over_a_restart_and_lead_to_the_traces(
    tmp_path: Path, backend: Backend
) -> None:
    """A restart is no reset: totals, their start and their bounds are those of one run."""
    with serving(tmp_path / "data", backend) as program:
        traces = feed(program, LOSSY)
        eventually(lambda: handoffs(backend) == {"intact": 2, "lost": 2})
        assert program.stop() == 0
    [first, *_] = retention(backend).histogram.data_points

    with serving(tmp_path / "data", backend) as program:
        feed(program, LOSSY)  # sent again by an exporter that never saw the acknowledgement
        traces |= feed(program, FULL)
        eventually(lambda: handoffs(backend) == {"intact": 6, "lost": 2})
        eventually(lambda: len(backend.records()) >= 8 + 4)
        assert program.stop() == 0

    metric = retention(backend)
    assert (metric.unit, backend.metrics()["intact.handoffs"].unit) == ("1", "{handoff}")
    histogram = metric.histogram
    assert histogram.aggregation_temporality == CUMULATIVE
    assert sum(point.count for point in histogram.data_points) == 8
    assert {point.start_time_unix_nano for point in histogram.data_points} == {
        first.start_time_unix_nano
    }
    for point in histogram.data_points:
        assert list(point.explicit_bounds) == BOUNDS
        assert point.exemplars
        assert {one.trace_id for one in point.exemplars} <= traces
        assert attributes(point.attributes).keys() >= {
            "intact.handoff.source.name",
            "intact.handoff.target.name",
            "intact.handoff.mode",
            "intact.handoff.origin",
            "intact.target.service.name",
        }


def test_every_handoff_and_every_closed_session_is_an_event_in_its_trace(
    tmp_path: Path, backend: Backend
) -> None:
    """Repeated deliveries have one id; a loss is explained by names."""
    with serving(tmp_path / "data", backend) as program:
        traces = feed(program, LOSSY)
        eventually(lambda: len(backend.records()) >= 4 + 2)
        assert program.stop() == 0
    events = {}
    for record in backend.records():
        said = attributes(record.attributes)
        assert record.event_name == "gen_ai.evaluation.result"
        assert record.trace_id in traces
        events[said["log.record.uid"]] = said
    names = sorted(str(said["gen_ai.evaluation.name"]) for said in events.values())
    assert names == ["intact.handoff_retention"] * 4 + ["intact.session_retention"] * 2
    lost = [
        str(said["gen_ai.evaluation.explanation"])
        for said in events.values()
        if said["gen_ai.evaluation.name"] == "intact.handoff_retention"
        and said["gen_ai.evaluation.score.label"] == "lost"
    ]
    assert len(lost) == 2
    assert any("user[0]/amount[0]" in one for one in lost)
