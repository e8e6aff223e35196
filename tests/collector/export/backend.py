"""Real OTLP backends on loopback: one speaks gRPC, one HTTP. They keep what they are sent."""

from __future__ import annotations

import gzip
import http.server
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from opentelemetry.proto.collector.logs.v1 import logs_service_pb2, logs_service_pb2_grpc
from opentelemetry.proto.collector.metrics.v1 import (
    metrics_service_pb2,
    metrics_service_pb2_grpc,
)
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric

#: What a service answers, as (gRPC status, HTTP status).
Refusal = tuple[grpc.StatusCode, int]
UNIMPLEMENTED: Refusal = (grpc.StatusCode.UNIMPLEMENTED, 404)


class Backend:
    """What both have in common: what came in, and how to behave."""

    protocol: str
    url: str

    def __init__(self) -> None:
        self.metric_requests: list[Any] = []
        self.log_requests: list[Any] = []
        self.headers: list[Mapping[str, str]] = []
        self.refuse_logs: Refusal | None = None
        self.hold = threading.Event()  # cleared: requests are taken and not answered
        self.hold.set()
        self.waiting = threading.Event()

    def take(self, signal: str, request: Any, headers: Mapping[str, str]) -> Refusal | None:
        self.headers.append(headers)
        self.waiting.set()
        self.hold.wait(30)
        if signal == "logs" and self.refuse_logs is not None:
            return self.refuse_logs
        (self.log_requests if signal == "logs" else self.metric_requests).append(request)
        return None

    def metrics(self) -> dict[str, Metric]:
        """The metrics of the last export by name, request parts put together."""
        found: dict[str, Metric] = {}
        for resource in self.metric_requests[-1].resource_metrics:
            for scope in resource.scope_metrics:
                found.update({metric.name: metric for metric in scope.metrics})
        return found

    def records(self) -> list[LogRecord]:
        """Every log record that was taken, in order."""
        return [
            record
            for request in list(self.log_requests)
            for resource in request.resource_logs
            for scope in resource.scope_logs
            for record in scope.log_records
        ]


class GrpcBackend(Backend):
    protocol = "grpc"

    def __init__(self) -> None:
        super().__init__()
        self._port = 0
        self.up()
        self.url = f"http://127.0.0.1:{self._port}"

    def up(self) -> None:
        self._server = grpc.server(ThreadPoolExecutor(4))
        metrics_service_pb2_grpc.add_MetricsServiceServicer_to_server(_Metrics(self), self._server)
        logs_service_pb2_grpc.add_LogsServiceServicer_to_server(_Logs(self), self._server)
        self._port = self._server.add_insecure_port(f"127.0.0.1:{self._port}")
        self._server.start()

    def down(self) -> None:
        self.hold.set()
        self._server.stop(None).wait()


class _Metrics(metrics_service_pb2_grpc.MetricsServiceServicer):
    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def Export(self, request: Any, context: grpc.ServicerContext) -> Any:
        self._backend.take("metrics", request, _metadata(context))
        return metrics_service_pb2.ExportMetricsServiceResponse()


class _Logs(logs_service_pb2_grpc.LogsServiceServicer):
    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def Export(self, request: Any, context: grpc.ServicerContext) -> Any:
        refused = self._backend.take("logs", request, _metadata(context))
        if refused:
            context.abort(refused[0], "no logs here")
        return logs_service_pb2.ExportLogsServiceResponse()


def _metadata(context: grpc.ServicerContext) -> dict[str, str]:
    return {name.lower(): str(value) for name, value in context.invocation_metadata()}


class HttpBackend(Backend):
    protocol = "http/protobuf"

    def __init__(self) -> None:
        super().__init__()
        self._port = 0
        self.up()
        self.url = f"http://127.0.0.1:{self._port}"

    def up(self) -> None:
        backend = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                signal = {"/v1/metrics": "metrics", "/v1/logs": "logs"}[self.path]
                kind = (
                    logs_service_pb2.ExportLogsServiceRequest
                    if signal == "logs"
                    else metrics_service_pb2.ExportMetricsServiceRequest
                )
                headers = {name.lower(): value for name, value in self.headers.items()}
                refused = backend.take(signal, kind.FromString(body), headers)
                try:
                    self.send_response(refused[1] if refused else 200)
                    self.send_header("Content-Type", "application/x-protobuf")
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                except OSError:
                    pass  # the client did not wait for the answer

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", self._port), Handler)
        self._port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def down(self) -> None:
        self.hold.set()
        self._server.shutdown()
        self._server.server_close()


def attributes(pairs: Any) -> dict[str, object]:
    """OTLP attributes as a dict."""
    return {pair.key: _value(pair) for pair in pairs}


def _value(pair: KeyValue) -> object:
    return getattr(pair.value, pair.value.WhichOneof("value"))
