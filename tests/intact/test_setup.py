"""`configure` and what is loaded when: each in a process of its own, with real exporters."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from concurrent import futures
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import grpc
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

AGENT = """
import intact
@intact.agent("billing")
def billing(context):
    return context
def run():
    assert billing({"id": "A-1042"}) == {"id": "A-1042"}
"""


def python(program: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a program, with nothing of this process's settings."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("OTEL_", "INTACT_"))
    }
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env={**clean, "INTACT_KEY": "a key for all tests", **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def ran(program: str, **environ: str) -> str:
    done = python(program, **environ)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


class Backend:
    """A real OTLP server on both protocols, which remembers what it was sent."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str], ExportTraceServiceRequest]] = []

    def spans(self) -> list[str]:
        return [
            span.name
            for _, _, request in self.requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]

    def resource(self) -> dict[str, str]:
        (_, _, request) = self.requests[0]
        attributes = request.resource_spans[0].resource.attributes
        return {attribute.key: attribute.value.string_value for attribute in attributes}


@pytest.fixture
def http() -> Iterator[tuple[str, Backend]]:
    backend = Backend()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            request = ExportTraceServiceRequest.FromString(body)
            headers = {name.lower(): value for name, value in self.headers.items()}
            backend.requests.append((self.path, headers, request))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", backend
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def rpc() -> Iterator[tuple[str, Backend]]:
    backend = Backend()

    def export(request: ExportTraceServiceRequest, call: Any) -> ExportTraceServiceResponse:
        headers = {key: str(value) for key, value in call.invocation_metadata()}
        backend.requests.append(("", headers, request))
        return ExportTraceServiceResponse()

    method = grpc.unary_unary_rpc_method_handler(
        export,
        request_deserializer=ExportTraceServiceRequest.FromString,
        response_serializer=ExportTraceServiceResponse.SerializeToString,
    )
    service = "opentelemetry.proto.collector.trace.v1.TraceService"
    server = grpc.server(futures.ThreadPoolExecutor(2))
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler(service, {"Export": method}),)
    )
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"http://127.0.0.1:{port}", backend
    server.stop(None).wait()


def test_importing_is_light() -> None:
    """Marking and running an agent loads no SDK, no gRPC, no numpy, no asyncio; opens no file."""
    ran(
        AGENT
        + """
import sys
import textwrap
run()
with intact.session("s"), intact.handoff("x", {}) as h:
    h.headers()
loaded = {name for name in sys.modules if name.startswith("opentelemetry.sdk")}
loaded |= {"grpc", "numpy", "asyncio", "requests", "intact.sampling"} & sys.modules.keys()
assert not loaded, loaded
""",
        XDG_STATE_HOME="/dev/null",
        INTACT_KEY="",
    )


def test_spans_go_out_by_grpc(rpc: tuple[str, Backend]) -> None:
    """The default protocol, with service and headers; at exit what waits is sent."""
    endpoint, backend = rpc
    ran(
        AGENT
        + f"""
intact.configure(service="support", endpoint={endpoint!r}, headers={{"X-Api-Key": "k-1"}})
run()
"""
    )
    assert backend.spans() == ["invoke_agent billing"]
    assert backend.resource()["service.name"] == "support"
    assert backend.requests[0][1]["x-api-key"] == "k-1"


def test_spans_go_out_by_http(http: tuple[str, Backend]) -> None:
    """The path is added to a bare endpoint; `flush` waits until they are out."""
    endpoint, backend = http
    ran(
        AGENT
        + f"""
intact.configure(service="support", endpoint={endpoint!r}, protocol="http/protobuf",
                 headers={{"X-Api-Key": "k-1"}})
run()
assert intact.flush(10)
import os
os._exit(0)
"""
    )
    assert backend.spans() == ["invoke_agent billing"]
    assert backend.requests[0][0] == "/v1/traces"
    assert backend.requests[0][1]["x-api-key"] == "k-1"


def test_otel_variables_are_honoured(http: tuple[str, Backend]) -> None:
    """Endpoint, protocol, headers, resource attributes and service name."""
    endpoint, backend = http
    ran(
        AGENT + "intact.configure()\nrun()",
        OTEL_EXPORTER_OTLP_ENDPOINT=endpoint,
        OTEL_EXPORTER_OTLP_PROTOCOL="http/protobuf",
        OTEL_EXPORTER_OTLP_HEADERS="x-api-key=k-2",
        OTEL_RESOURCE_ATTRIBUTES="deployment.environment.name=staging",
        OTEL_SERVICE_NAME="from-environment",
    )
    assert backend.spans() == ["invoke_agent billing"]
    assert backend.requests[0][1]["x-api-key"] == "k-2"
    assert backend.resource()["service.name"] == "from-environment"
    assert backend.resource()["deployment.environment.name"] == "staging"


@pytest.mark.parametrize(
    "environ",
    [
        {"OTEL_SDK_DISABLED": "true"},
        {"INTACT_DISABLED": "1"},
        {"OTEL_TRACES_EXPORTER": "none"},
        {"OTEL_TRACES_SAMPLER": "always_off"},
        {"OTEL_TRACES_SAMPLER": "intact_session_ratio", "OTEL_TRACES_SAMPLER_ARG": "0"},
        {"INTACT_SAMPLE_RATIO": "0"},
    ],
)
def test_what_is_switched_off_sends_nothing(
    http: tuple[str, Backend], environ: dict[str, str]
) -> None:
    """Each switch of OpenTelemetry and of ours; the agent runs all the same."""
    endpoint, backend = http
    ran(
        AGENT
        + f"""
intact.configure(endpoint={endpoint!r}, protocol="http")
with intact.session("s-1"):
    run()
""",
        **environ,
    )
    assert backend.requests == []


def test_configuring_twice_sets_up_once(http: tuple[str, Backend]) -> None:
    """No span is sent twice; other settings take effect, another endpoint is warned of."""
    endpoint, backend = http
    printed = ran(
        AGENT
        + f"""
for _ in range(2):
    intact.configure(endpoint={endpoint!r}, protocol="http")
first = intact.fingerprint({{"a": 1}}).key_id
intact.configure(endpoint="http://127.0.0.1:1", key="another")
assert intact.fingerprint({{"a": 1}}).key_id != first
run()
"""
    )
    assert backend.spans() == ["invoke_agent billing"]
    assert printed.count("no effect") == 1
    assert "endpoint" in printed


def test_the_applications_provider_is_used() -> None:
    """Set before or after the agents were marked and configured; sending is left to it."""
    printed = ran(
        AGENT
        + """
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
run()
exporter = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
trace.set_tracer_provider(provider)
run()
intact.configure(service="ignored")
run()
assert trace.get_tracer_provider() is provider
assert [span.name for span in exporter.get_finished_spans()] == ["invoke_agent billing"] * 2
assert intact.flush()
"""
    )
    assert "service has no effect" in printed


def test_a_collector_that_is_not_there_costs_the_agent_nothing() -> None:
    """The agent's value comes back; `flush` ends in its time and tells that it failed."""
    ran(
        AGENT
        + """
intact.configure(endpoint="http://127.0.0.1:1", protocol="http")
run()
assert not intact.flush(0.2)
import os
os._exit(0)
"""
    )


@pytest.mark.parametrize(
    "environ",
    [
        {"OTEL_EXPORTER_OTLP_PROTOCOL": "pigeon"},
        {"OTEL_TRACES_SAMPLER": "intact_session_ratio", "OTEL_TRACES_SAMPLER_ARG": "many"},
    ],
)
def test_a_wrong_otel_variable_is_named(environ: dict[str, str]) -> None:
    """With its value and an example, as every other mistake in settings."""
    done = python("import intact\nintact.configure()", **environ)
    assert done.returncode == 1
    name, value = list(environ.items())[-1]
    assert f"ConfigError: Intact is not configured:\n{name}={value!r}" in done.stderr


@pytest.mark.parametrize("end", ["shutdown", "force_flush"])
def test_what_is_deferred_is_told_before_a_provider_of_ours_is_done(end: str) -> None:
    """Whoever shuts it down or flushes it need not know of `intact.flush`."""
    program = f"""
    import os, time
    import intact
    from opentelemetry import trace
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter
    from intact.trace.backlog import BACKLOG

    intact.configure(defer=True)
    provider = trace.get_tracer_provider()
    provider.add_span_processor(BatchSpanProcessor(ConsoleSpanExporter()))
    BACKLOG.do(lambda _: time.sleep(0.3), later=True)
    intact.agent("triage")(lambda state: state)({{"order": {{"id": "A-1042"}}}})
    provider.{end}()
    os._exit(0)
    """
    told = ran(textwrap.dedent(program), OTEL_TRACES_EXPORTER="none")
    assert told.count('"intact.context.output"') == 1
