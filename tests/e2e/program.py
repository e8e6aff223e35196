"""The real program in a process of its own, and requests to send it."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import grpc
import httpx
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import TraceServiceStub
from prometheus_client.parser import text_string_to_metric_families

from intact_collector.receive.decode import decode_traces
from intact_collector.receive.request import Media
from tests.golden.recordings import FOLDER

_NAMES = ("OTLP/gRPC", "OTLP/HTTP", "page, API", "data in", "exports")


def environment(**more: str) -> dict[str, str]:
    """This environment without what would configure telemetry."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("OTEL_", "INTACT_"))}
    return kept | more


def intact(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "intact_collector", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment(**more),
        check=False,
    )


class Program:
    """`intact serve` on free ports; started in `with`, killed on the way out."""

    def __init__(self, data: Path, *arguments: str, **more: str) -> None:
        free = ["--otlp-grpc", "127.0.0.1:0", "--otlp-http", "127.0.0.1:0", "--http", "127.0.0.1:0"]
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "intact_collector", "serve", "--data", str(data)),
                *(*free, "--settle", "300ms", *arguments),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(**more),
        )
        self.log = ""
        self._reader = threading.Thread(target=self._read_log, daemon=True)
        self._reader.start()
        self.said = self._read_lines()

    def __enter__(self) -> Program:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()

    @property
    def grpc(self) -> str:
        return self.said["OTLP/gRPC"].removeprefix("http://")

    @property
    def http(self) -> str:
        return self.said["OTLP/HTTP"]

    @property
    def pid(self) -> int:
        return self._process.pid

    def get(self, path: str) -> httpx.Response:
        """Ask the page or the API."""
        return httpx.get(self.said["page, API"] + path, timeout=10, trust_env=False)

    def sessions(self) -> list[dict[str, Any]]:
        """All sessions, over all pages of the API."""
        found: list[dict[str, Any]] = []
        offset: int | None = 0
        while offset is not None:
            answer = self.get(f"/api/v1/sessions?limit=100&offset={offset}").json()
            found += answer["sessions"]
            offset = answer["next_offset"]
        return found

    def total(self, name: str, **labels: str) -> float:
        """The sum of a metric's samples that have these labels."""
        return sum(
            sample.value
            for family in text_string_to_metric_families(self.get("/metrics").text)
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Signal it and wait; the exit code."""
        self._process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        """Wait until it ends by itself; the exit code."""
        code = self._process.wait(timeout=30)
        self._reader.join(timeout=5)
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()
        return code

    def kill(self) -> None:
        """As a crash would: nothing is asked, nothing is flushed."""
        if self._process.poll() is None:
            self._process.kill()
        self.wait()

    def _read_lines(self) -> Mapping[str, str]:
        assert self._process.stdout is not None
        said: dict[str, str] = {}
        for line in self._process.stdout:
            name = next((name for name in _NAMES if line.strip().startswith(name)), None)
            if name is not None:
                said[name] = line.strip().removeprefix(name).strip()
            if name == _NAMES[-1]:
                break
        return said

    def _read_log(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self.log += line


def recorded(name: str) -> list[ExportTraceServiceRequest]:
    """The requests of a recording, in the order in which they were sent."""
    lines = (FOLDER / f"{name}.jsonl").read_bytes().splitlines()
    return [decode_traces(line, Media.JSON) for line in lines if line.strip()]


def journeys(name: str, seed: int) -> Iterator[ExportTraceServiceRequest]:
    """The recording's traces for ever, each a whole request with ids that nobody has seen."""
    chance = random.Random(seed)
    whole = ExportTraceServiceRequest()
    for request in recorded(name):
        whole.MergeFrom(request)
    traces = {span.trace_id for span in _spans(whole)}
    while True:
        for trace in sorted(traces):
            fresh = chance.randbytes(16)
            copy = ExportTraceServiceRequest()
            copy.CopyFrom(whole)
            for resource in copy.resource_spans:
                for scope in resource.scope_spans:
                    kept = [span for span in scope.spans if span.trace_id == trace]
                    del scope.spans[:]
                    scope.spans.extend(kept)
            for span in _spans(copy):
                span.trace_id = fresh
            yield copy


def trace_id(request: ExportTraceServiceRequest) -> str:
    """The one trace of a request of `journeys`."""
    return next(_spans(request)).trace_id.hex()


def send(target: str, request: ExportTraceServiceRequest) -> bool:
    """Export once over gRPC; whether it was acknowledged."""
    with grpc.insecure_channel(target) as channel:
        return deliver(TraceServiceStub(channel), request)


def deliver(stub: TraceServiceStub, request: ExportTraceServiceRequest) -> bool:
    """Export once over an open channel; whether it was acknowledged."""
    try:
        stub.Export(request, timeout=20)
    except grpc.RpcError:
        return False
    return True


def _spans(request: ExportTraceServiceRequest) -> Iterator[Any]:
    for resource in request.resource_spans:
        for scope in resource.scope_spans:
            yield from scope.spans
