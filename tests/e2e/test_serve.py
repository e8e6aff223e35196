"""`intact serve` as a process: it says where it is, takes real telemetry, drains, survives."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import grpc
import pytest
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter as GrpcExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter as HttpExporter
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import TraceServiceStub
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter

from tests.e2e.program import Program, deliver, intact, journeys, recorded, send, trace_id

pytestmark = pytest.mark.e2e

FULL = "openai-agents__openinference__full"
LOSSY = "openai-agents__openinference__lossy"


def eventually(what: Callable[[], bool]) -> None:
    """Wait until something holds; the suite's own timeout is the limit."""
    for _ in range(600):
        if what():
            return
        time.sleep(0.05)
    pytest.fail("it never became true")


def settled(program: Program, handoffs: int) -> bool:
    """Whether so many handoffs were counted."""
    return program.total("intact_handoffs_total") == handoffs


def test_official_exporters_reach_it_over_both_transports(tmp_path: Path) -> None:
    """A turn sent over gRPC and one over HTTP are one session by their conversation's id."""
    with Program(tmp_path / "data") as program:
        exporters: list[SpanExporter] = [
            GrpcExporter(endpoint=f"http://{program.grpc}", insecure=True),
            HttpExporter(endpoint=f"{program.http}/v1/traces"),
        ]
        for name, exporter in zip(("triage", "billing"), exporters, strict=True):
            provider = TracerProvider(shutdown_on_exit=False)
            provider.add_span_processor(SimpleSpanProcessor(exporter))
            span = provider.get_tracer("intact").start_span(
                f"invoke_agent {name}",
                attributes={
                    "gen_ai.operation.name": "invoke_agent",
                    "gen_ai.agent.name": name,
                    "gen_ai.conversation.id": "c/1",
                },
            )
            span.end()
            provider.shutdown()
        eventually(
            lambda: len(program.sessions()) == 1 and len(program.sessions()[0]["turns"]) == 2
        )
        (session,) = program.get("/api/v1/sessions/c%2F1").json()["sessions"]
        assert [turn["agent"] for turn in session["turns"]] == ["triage", "billing"]
        assert "c/1" in program.get("/").text
        assert program.get("/sessions/c%2F1").status_code == 200
        assert program.get("/readyz").status_code == 200


def test_a_loss_shows_at_once_provisionally_and_is_counted_when_it_settles(tmp_path: Path) -> None:
    """Page and API have it first; the totals follow after the wait."""
    with Program(tmp_path / "data", "--settle", "1s") as program:
        for request in recorded(LOSSY):
            assert send(program.grpc, request)
        eventually(lambda: sum(len(one["handoffs"]) for one in program.sessions()) == 4)
        eventually(lambda: settled(program, 4))
        handoffs = [handoff for one in program.sessions() for handoff in one["handoffs"]]
        assert not any(handoff["provisional"] for handoff in handoffs)
        assert sorted(handoff["verdict"] for handoff in handoffs) == [
            "intact", "intact", "lost", "lost",
        ]  # fmt: skip
        assert program.total("intact_handoffs_total", intact_verdict="lost") == 2
        lost = program.get("/api/v1/sessions?verdict=lost").json()["sessions"]
        assert len(lost) == 2
        assert program.get("/api/v1/sessions?verdict=intact").json()["sessions"] == []


def test_sigterm_under_load_exits_0_and_keeps_everything_acknowledged(tmp_path: Path) -> None:
    """Four senders at full speed; each trace that was acknowledged is whole after a restart."""
    data, acknowledged, stop = tmp_path / "data", set[str](), threading.Event()

    def sender(seed: int, target: str) -> None:
        with grpc.insecure_channel(target) as channel:
            stub = TraceServiceStub(channel)
            for request in journeys(FULL, seed):
                if stop.is_set() or not deliver(stub, request):
                    return
                acknowledged.add(trace_id(request))

    with Program(data) as program:
        senders = [threading.Thread(target=sender, args=(seed, program.grpc)) for seed in range(4)]
        for thread in senders:
            thread.start()
        eventually(lambda: len(acknowledged) >= 20)
        code = program.stop(signal.SIGTERM)
        stop.set()
        for thread in senders:
            thread.join()
        assert code == 0
        assert "Traceback" not in program.log
    with Program(data) as again:
        eventually(lambda: settled(again, 2 * len(again.sessions())))
        held = {trace: one for one in again.sessions() for trace in one["trace_ids"]}
        assert acknowledged <= held.keys()
        assert all(len(held[trace]["handoffs"]) == 2 for trace in acknowledged)


def test_kill_9_after_the_acknowledgement_loses_nothing_and_counts_once(tmp_path: Path) -> None:
    """Killed before and after numbers settled; sent again by a sender that missed the answer."""
    data, requests = tmp_path / "data", recorded(FULL)
    with Program(data) as program:
        for request in requests[:3]:
            assert send(program.grpc, request)
        program.kill()
    with Program(data) as program:
        for request in requests:
            assert send(program.grpc, request)
        eventually(lambda: settled(program, 4))
        program.kill()
    with Program(data) as program:
        for request in requests:
            assert send(program.grpc, request)
        assert len(program.sessions()) == 2
        # As long as a second count would have taken to show.
        time.sleep(0.8)
        assert settled(program, 4)
        assert program.total("intact_handoff_retention_count") == 4


def test_closed_sessions_stay_to_be_read_also_by_report(tmp_path: Path) -> None:
    """After the idle time a session is closed, in the API as before, and `report --data` has it."""
    data = tmp_path / "data"
    with Program(data, "--idle", "500ms") as program:
        for request in recorded(LOSSY):
            assert send(program.grpc, request)
        eventually(
            lambda: (
                len(program.sessions()) == 2 and not any(one["open"] for one in program.sessions())
            )
        )
        listed = program.sessions()
        one = program.get(f"/api/v1/sessions/{listed[0]['session_id']}").json()["sessions"]
        assert one == [listed[0]]
        busy = intact("report", "--data", str(data))
        assert busy.returncode == 1
        assert "in use by another collector" in busy.stderr
        assert program.stop() == 0
    found = intact("report", "--data", str(data), "--json")
    assert found.returncode == 0, found.stderr
    assert f'"{listed[0]["session_id"]}"' in found.stdout


def test_nothing_that_was_said_is_in_the_data_directory_the_log_or_the_exports(
    tmp_path: Path,
) -> None:
    """Names, order ids and amounts of the recordings stay out of every place that is written."""
    said = ("Dana", "Whitfield", "48213", "129.9", "delivered_broken", "by Friday")
    exported: list[bytes] = []

    class Backend(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            exported.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Backend) as backend:
        threading.Thread(target=backend.serve_forever, daemon=True).start()
        data = tmp_path / "data"
        with Program(
            data,
            *("--export-endpoint", f"http://127.0.0.1:{backend.server_port}"),
            *("--export-protocol", "http/protobuf", "--export-interval", "100ms"),
            OTEL_EXPORTER_OTLP_COMPRESSION="none",
        ) as program:
            names = (
                LOSSY,
                "langgraph__openinference__swarm_lossy",
                "pydantic-ai__native__convid_lossy",
            )
            for name in names:
                for request in recorded(name):
                    assert send(program.grpc, request)
            eventually(lambda: settled(program, 8))
            answers = [program.get(path).text for path in ("/", "/metrics", "/api/v1/sessions")]
            eventually(lambda: any(b"intact.handoff_retention" in one for one in exported))
            assert program.stop() == 0
            log = program.log
        backend.shutdown()
    files = [path.read_bytes() for path in data.rglob("*") if path.is_file()]
    assert sum(map(len, files)) > 10_000
    assert any(b"intact.handoffs" in one for one in exported)
    everything = b"\n".join([*files, *exported, log.encode(), *(one.encode() for one in answers)])
    assert [value for value in said if value.encode() in everything] == []


def test_ctrl_c_is_a_clean_stop_that_leaves_a_directory_for_its_owner_alone(tmp_path: Path) -> None:
    """Exit code 0, no traceback; nobody else reads the journal, and above all not the key."""
    with Program(tmp_path / "data") as program:
        assert program.stop(signal.SIGINT) == 0
        assert "Traceback" not in program.log
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0
    files = list((tmp_path / "data").iterdir())
    assert "key" in {path.name for path in files}
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)


def test_a_backend_that_never_answers_does_not_hold_up_the_exit(tmp_path: Path) -> None:
    """The last export has a bound; what it could not send is in the store. Exit code 0."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with Program(tmp_path / "data", "--export-endpoint", endpoint, "--drain", "1s") as program:
            assert program.stop() == 0
            assert "Traceback" not in program.log


def test_a_second_signal_ends_it_at_once(tmp_path: Path) -> None:
    """For an operator in a hurry, while the first one still waits for a silent backend."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with Program(tmp_path / "data", "--export-endpoint", endpoint, "--drain", "60s") as program:
            for request in recorded(LOSSY):
                assert send(program.grpc, request)
            os.kill(program.pid, signal.SIGTERM)
            eventually(lambda: "stopping" in program.log)
            assert program.stop(signal.SIGTERM) == 128 + signal.SIGTERM


def test_sighup_reads_the_file_again_and_keeps_what_is_right(tmp_path: Path) -> None:
    """A channel that is open goes on over it; a file with a mistake changes nothing."""
    config = tmp_path / "intact.yaml"
    config.write_text("idle: 1h\n")
    with Program(tmp_path / "data", "--config", str(config)) as program:
        with grpc.insecure_channel(program.grpc) as channel:
            stub = TraceServiceStub(channel)
            first, second = recorded(LOSSY)[:1], recorded(LOSSY)[1:]
            assert all(deliver(stub, request) for request in first)
            config.write_text("idle: soon\n")
            os.kill(program.pid, signal.SIGHUP)
            eventually(lambda: "the new configuration is not used" in program.log)
            config.write_text("idle: 500ms\n")
            os.kill(program.pid, signal.SIGHUP)
            eventually(lambda: "the configuration was read again" in program.log)
            assert all(deliver(stub, request) for request in second)
        eventually(lambda: settled(program, 4))
        eventually(lambda: not any(one["open"] for one in program.sessions()))


def test_doctor_asks_a_running_collector(tmp_path: Path) -> None:
    """What it holds open; with a token where one is needed, which stands on no command line."""
    token = "4f9c2d71a85b4e07"
    with Program(tmp_path / "data", INTACT_TOKENS=f"ci {token}") as program:
        url = program.said["page, API"]
        with grpc.insecure_channel(program.grpc) as channel:
            for request in recorded(LOSSY):
                TraceServiceStub(channel).Export(
                    request, metadata=(("authorization", f"Bearer {token}"),)
                )
        stranger = intact("doctor", "--live", "--url", url)
        assert (stranger.returncode, "set INTACT_TOKEN" in stranger.stderr) == (2, True)

        def measured() -> bool:
            said = intact("doctor", "--live", "--url", url, INTACT_TOKEN=token)
            assert said.returncode == 0, said.stderr
            return "measured  4 of 4" in said.stdout

        eventually(measured)
