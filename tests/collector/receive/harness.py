"""Real receivers on free loopback ports, run in a thread, for tests that use real clients."""

from __future__ import annotations

import asyncio
import threading
import time
import zlib
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from intact_collector.config import Address
from intact_collector.ports import Accepted
from intact_collector.receive.limits import Limits
from intact_collector.receive.server import Receiver, start
from intact_collector.web.access import Access
from intact_collector.web.tls import Tls

T = TypeVar("T")

#: Any free port.
ANY = Address("127.0.0.1", 0)

GOLDEN = Path(__file__).parents[2] / "golden" / "otlp"

TRACES = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
LOGS = "/opentelemetry.proto.collector.logs.v1.LogsService/Export"
METRICS = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"

PROTOBUF = {"content-type": "application/x-protobuf"}
JSON = {"content-type": "application/json"}


@dataclass
class Recorder:
    """A consumer that keeps what it is given, and answers as it is told."""

    requests: list[Any] = field(default_factory=list)
    answer: Accepted = field(default_factory=Accepted)
    raises: Exception | None = None
    #: While set, requests wait inside until `Running.open_gate`.
    gate: asyncio.Event | None = None
    entered: threading.Event = field(default_factory=threading.Event)

    async def traces(self, request: ExportTraceServiceRequest) -> Accepted:
        return await self._take(request)

    async def logs(self, request: ExportLogsServiceRequest) -> Accepted:
        return await self._take(request)

    async def _take(self, request: Any) -> Accepted:
        self.entered.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.raises is not None:
            raise self.raises
        self.requests.append(request)
        return self.answer

    @property
    def spans(self) -> list[Span]:
        return [
            span
            for request in self.requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


@dataclass
class Running:
    """Receivers and the loop they live on."""

    loop: asyncio.AbstractEventLoop
    receiver: Receiver
    consumer: Recorder

    @property
    def grpc(self) -> str:
        return str(self.receiver.grpc_address)

    @property
    def http(self) -> str:
        return f"http://{self.receiver.http_address}"

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=30)

    def open_gate(self) -> None:
        gate = self.consumer.gate
        assert gate is not None
        self.loop.call_soon_threadsafe(gate.set)

    def settled(self) -> None:
        """Wait until nothing is inside."""
        self.call(self.receiver._intake.drain(30))

    def inside(self) -> tuple[int, int]:
        """Requests and bytes that admission counts as being inside."""
        admission = self.receiver._intake.admission
        return admission.requests, admission.size


@contextmanager
def receivers(
    limits: Limits | None = None,
    consumer: Recorder | None = None,
    access: Access | None = None,
    tls: Tls | None = None,
) -> Iterator[Running]:
    """Start both receivers, stop them at the end."""
    with event_loop() as loop:
        consumer = consumer or Recorder()
        receiver = asyncio.run_coroutine_threadsafe(
            start(consumer, ANY, ANY, limits=limits, access=access, tls=tls),
            loop,
        ).result(timeout=30)
        running = Running(loop, receiver, consumer)
        try:
            yield running
        finally:
            running.call(receiver.stop(0.2))


@contextmanager
def event_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """An event loop in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=30)
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


def one_span(**fields: Any) -> ExportTraceServiceRequest:
    """A request with one valid span, changed by `fields`."""
    return spans(fields)


def spans(*changes: dict[str, Any]) -> ExportTraceServiceRequest:
    """A request with one span per dict of changed fields."""
    request = ExportTraceServiceRequest()
    scope = request.resource_spans.add().scope_spans.add()
    for number, fields in enumerate(changes, start=1):
        valid = {"trace_id": b"\x01" * 16, "span_id": number.to_bytes(8, "big"), "name": "turn"}
        scope.spans.add(**(valid | fields))
    return request


def eventually(condition: Callable[[], bool]) -> None:
    """Wait for what happens on another thread soon, and fail if it does not."""
    for _ in range(1000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it did not happen within ten seconds")


def bomb(mebibytes: int) -> bytes:
    """So many MiB of zeros as gzip, a thousand times smaller."""
    packer = zlib.compressobj(wbits=31)
    pieces = [packer.compress(bytes(1 << 20)) for _ in range(mebibytes)]
    return b"".join([*pieces, packer.flush()])
