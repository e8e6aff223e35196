"""Intact beside a real OpenTelemetry Collector: behind it, and in front of it."""

from __future__ import annotations

import itertools
from pathlib import Path

import grpc
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import TraceServiceStub

from tests.collector.export.backend import GrpcBackend
from tests.e2e.program import Program, deliver, journeys, recorded, send
from tests.lanes.peer import Peer, eventually, free_port

pytestmark = [pytest.mark.lane, pytest.mark.timeout(900)]

FULL = "openai-agents__openinference__full"
LOSSY = "openai-agents__openinference__lossy"

#: As an operator would write it: batches, retry, and a queue on disk.
IN_FRONT = """\
receivers:
  otlp: {{protocols: {{grpc: {{endpoint: "127.0.0.1:{inlet}"}}}}}}
processors:
  batch: {{timeout: 200ms}}
exporters:
  otlp:
    endpoint: 127.0.0.1:{intact}
    tls: {{insecure: true}}
    retry_on_failure: {{initial_interval: 200ms, max_interval: 1s, max_elapsed_time: 5m}}
    sending_queue: {{storage: file_storage}}
extensions:
  file_storage: {{directory: "{folder}", create_directory: true}}
service:
  extensions: [file_storage]
  telemetry: {{metrics: {{level: none}}}}
  pipelines:
    traces: {{receivers: [otlp], processors: [batch], exporters: [otlp]}}
"""

BEHIND = """\
receivers:
  otlp: {{protocols: {{grpc: {{endpoint: "127.0.0.1:{inlet}"}}}}}}
processors:
  batch: {{timeout: 200ms}}
exporters:
  otlp: {{endpoint: "{backend}", tls: {{insecure: true}}}}
service:
  telemetry: {{metrics: {{level: none}}}}
  pipelines:
    metrics: {{receivers: [otlp], processors: [batch], exporters: [otlp]}}
    logs: {{receivers: [otlp], processors: [batch], exporters: [otlp]}}
"""


def started(otelcol: Path, folder: Path, config: str) -> Peer:
    (folder / "otelcol.yaml").write_text(config)
    return Peer([otelcol, "--config", folder / "otelcol.yaml"], folder / "otelcol.log")


def test_nothing_is_lost_while_intact_is_away(otelcol: Path, tmp_path: Path) -> None:
    """Each journey is there, once and whole.

    agents -> Collector -> Intact:   20 journeys, kill -9, 20 journeys, Intact is back
    """
    inlet, port = free_port(), free_port()
    listen = ("--otlp-grpc", f"127.0.0.1:{port}", "--settle", "5s")
    config = IN_FRONT.format(inlet=inlet, intact=port, folder=tmp_path / "queue")
    with started(otelcol, tmp_path, config) as collector:
        collector.listens(inlet)
        with grpc.insecure_channel(f"127.0.0.1:{inlet}") as channel:
            stub = TraceServiceStub(channel)
            requests = journeys(FULL, seed=1)
            with Program(tmp_path / "data", *listen) as first:
                for request in itertools.islice(requests, 20):
                    assert deliver(stub, request)
                eventually(lambda: len(first.sessions()) > 0)
                first.kill()
            for request in itertools.islice(requests, 20):
                assert deliver(stub, request)
            with Program(tmp_path / "data", *listen) as second:
                eventually(lambda: len(second.sessions()) == 40)
                eventually(lambda: second.total("intact_handoffs_total") == 80)
                sessions = second.sessions()
                assert {len(one["turns"]) for one in sessions} == {3}
                assert {h["verdict"] for one in sessions for h in one["handoffs"]} == {"intact"}


def test_metrics_and_events_pass_through_a_collector(otelcol: Path, tmp_path: Path) -> None:
    """Intact -> Collector -> backend: names, totals and event ids as Intact's own page has them."""
    inlet, backend = free_port(), GrpcBackend()
    target = backend.url.removeprefix("http://")
    with started(otelcol, tmp_path, BEHIND.format(inlet=inlet, backend=target)) as collector:
        collector.listens(inlet)
        export = ("--export-endpoint", f"http://127.0.0.1:{inlet}", "--export-interval", "500ms")
        with Program(tmp_path / "data", *export) as program:
            for request in recorded(LOSSY):
                assert send(program.grpc, request)
            eventually(lambda: program.total("intact_handoffs_total") == 4)
            eventually(lambda: bool(backend.metric_requests) and _counted(backend) == 4)
            assert _counted(backend, "lost") == program.total(
                "intact_handoffs_total", intact_verdict="lost"
            )
            retention = backend.metrics()["intact.handoff.retention"].histogram
            assert sum(point.count for point in retention.data_points) == 4
            eventually(lambda: len(backend.records()) >= 4)
            names = {record.event_name for record in backend.records()}
            assert names == {"gen_ai.evaluation.result"}
    backend.down()


def _counted(backend: GrpcBackend, verdict: str | None = None) -> int:
    """The handoffs of the last export: all of them, or those with one verdict."""
    handoffs = backend.metrics().get("intact.handoffs")
    points = [] if handoffs is None else handoffs.sum.data_points
    return sum(
        int(point.as_int)
        for point in points
        if verdict in (None, *(one.value.string_value for one in point.attributes))
    )
