"""What it costs to receive a batch and read its agent spans, against reading all of it.

The real receivers run in this process, over loopback; who sends is another process, so that CPU
time here is the server's. Both sides share the server, its parse and its check of ids; what differs
is what becomes of a request: our gate and reading of agent spans, or every span made a dict.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from time import process_time_ns
from typing import Any

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from benchmarks.speed.client import SPANS
from benchmarks.speed.harness import Effort, Pair, Row, microseconds, pair
from benchmarks.speed.states import KEY
from intact.fingerprint import Fingerprinter
from intact_collector.config import Address
from intact_collector.hosts.intake import reduced_spans
from intact_collector.ports import Accepted
from intact_collector.receive.server import start

_ANY = Address("127.0.0.1", 0)

_Path = Callable[[ExportTraceServiceRequest], object]

_REQUESTS = 20  # of one side in one round
_CONDITION = (
    "times more spans per CPU-second than full parse + walk to dicts in the same server;"
    " 512 spans a request, a fifth of them with fingerprints of 600 B"
)


class _Switch:
    """A consumer that does the one or the other."""

    def __init__(self, path: _Path) -> None:
        self.path = path

    async def traces(self, request: ExportTraceServiceRequest) -> Accepted:
        self.path(request)
        return Accepted()

    async def logs(self, _request: ExportLogsServiceRequest) -> Accepted:
        return Accepted()


def rows(effort: Effort) -> Iterator[Row]:
    """One row for each transport."""
    found = asyncio.run(_measured(effort))
    for transport, must, aim in (("gRPC", 4, 6), ("HTTP", 5, 8)):
        costs = found[transport.lower()]
        yield Row(
            f"receive and read own spans, {transport}",
            1 / costs.ratio,
            "x",
            must,
            aim,
            _CONDITION,
            _rate(costs.ours),
            _rate(costs.against),
            more_is_better=True,
        )


def as_dicts(request: ExportTraceServiceRequest) -> list[dict[str, Any]]:
    """The obvious way: all spans with all of their attributes, events and links."""
    found = []
    for resource_spans in request.resource_spans:
        resource = _plain(resource_spans.resource.attributes)
        for scope_spans in resource_spans.scope_spans:
            found += [
                {
                    "resource": resource,
                    "scope": scope_spans.scope.name,
                    "trace_id": span.trace_id,
                    "span_id": span.span_id,
                    "parent_span_id": span.parent_span_id,
                    "name": span.name,
                    "start": span.start_time_unix_nano,
                    "end": span.end_time_unix_nano,
                    "attributes": _plain(span.attributes),
                    "events": [(one.name, _plain(one.attributes)) for one in span.events],
                    "links": [(one.trace_id, one.span_id) for one in span.links],
                }
                for span in scope_spans.spans
            ]
    return found


async def _measured(effort: Effort) -> dict[str, Pair]:
    fingerprinter = Fingerprinter(KEY)

    def ours(request: ExportTraceServiceRequest) -> object:
        return reduced_spans(request, fingerprinter, Counter())

    consumer = _Switch(ours)
    receiver = await start(consumer, _ANY, _ANY)
    client = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.speed.client",
        str(receiver.grpc_address),
        str(receiver.http_address),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )

    async def cost(path: _Path, transport: str, requests: int) -> float:
        assert client.stdin is not None
        assert client.stdout is not None
        consumer.path = path
        before = process_time_ns()
        client.stdin.write(f"{transport} {requests}\n".encode())
        if await client.stdout.readline() != b"done\n":
            raise RuntimeError("the load client failed; what it said stands above")
        return (process_time_ns() - before) / requests / 1_000

    try:
        found: dict[str, Pair] = {}
        for transport in ("grpc", "http"):
            for path in (ours, as_dicts):
                await cost(path, transport, 2)
            costs = []
            for _ in range(effort.rounds):
                requests = effort.calls(_REQUESTS)
                one = await cost(ours, transport, requests)
                costs.append((one, await cost(as_dicts, transport, requests)))
            found[transport] = pair(costs)
        return found
    finally:
        if client.stdin is not None:
            client.stdin.close()
        await client.wait()
        await receiver.stop(1.0)


def _rate(cost: float) -> str:
    return f"{SPANS / cost * 1e6:,.0f} spans/CPU-s ({microseconds(cost)})"


def _plain(attributes: Any) -> dict[str, Any]:
    return {one.key: _value(one.value) for one in attributes}


def _value(value: Any) -> Any:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_value(one) for one in value.array_value.values]
    if kind == "kvlist_value":
        return _plain(value.kvlist_value.values)
    return None if kind is None else getattr(value, kind)
