"""OTLP over gRPC.

In: unary calls to the Export methods of the trace and log services, as raw bytes. Out: calls to the
intake, and answers as bytes. gRPC's own inflation is switched off, because it knows no limit: the
server gets compressed messages as they are and inflates them itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, NoReturn

import grpc

from intact_collector.receive.answer import failure, retry_info, success
from intact_collector.receive.counters import Counter
from intact_collector.receive.health import Health
from intact_collector.receive.intake import Intake
from intact_collector.receive.limits import Limits
from intact_collector.receive.refusal import Refusal, Refused, unsupported_metrics
from intact_collector.receive.request import Compression, Incoming, Media, Signal, Transport

_SERVICES: Final = {
    "opentelemetry.proto.collector.trace.v1.TraceService": Signal.TRACES,
    "opentelemetry.proto.collector.logs.v1.LogsService": Signal.LOGS,
}
_METRICS_SERVICE: Final = "opentelemetry.proto.collector.metrics.v1.MetricsService"

#: No protobuf message can begin with these bytes (field 3 has no wire type 7), so they say by
#: themselves whether a message is compressed.
_GZIP_MAGIC: Final = b"\x1f\x8b"

#: identity | gzip, as bits of gRPC's enumeration; others are answered with UNIMPLEMENTED.
_IDENTITY_AND_GZIP: Final = 0b101

_Context = grpc.aio.ServicerContext[bytes, bytes]
_Export = Callable[[bytes, _Context], Awaitable[bytes]]


def grpc_server(intake: Intake, health: Health) -> grpc.aio.Server:
    """A server with all services, not yet bound to an address."""
    server = grpc.aio.server(options=_options(intake.limits))
    handlers = [
        _export_handler(service, _exporter(intake, signal)) for service, signal in _SERVICES.items()
    ]
    handlers.append(_export_handler(_METRICS_SERVICE, _metrics_refuser(intake)))
    handlers.append(health.handler(frozenset(_SERVICES)))
    server.add_generic_rpc_handlers(tuple(handlers))
    return server


def _options(limits: Limits) -> list[tuple[str, int]]:
    return [
        # A second collector on the same port must fail instead of sharing the traffic.
        ("grpc.so_reuseport", 0),
        ("grpc.max_receive_message_length", limits.max_request_bytes),
        ("grpc.per_message_decompression", 0),
        ("grpc.compression_enabled_algorithms_bitset", _IDENTITY_AND_GZIP),
        ("grpc.max_concurrent_streams", limits.max_streams),
        ("grpc.max_metadata_size", limits.max_header_bytes),
        ("grpc.absolute_max_metadata_size", limits.max_header_bytes),
        # Exporters may ping to keep an idle connection through a NAT; gRPC's default is to hang up.
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
    ]


def _export_handler(service: str, export: _Export) -> grpc.GenericRpcHandler:
    method: grpc.RpcMethodHandler[bytes, bytes] = grpc.unary_unary_rpc_method_handler(export)
    return grpc.method_handlers_generic_handler(service, {"Export": method})


def _exporter(intake: Intake, signal: Signal) -> _Export:
    async def export(body: bytes, context: _Context) -> bytes:
        gzipped = body[:2] == _GZIP_MAGIC
        compression = Compression.GZIP if gzipped else Compression.NONE
        incoming = Incoming(signal, Transport.GRPC, Media.PROTOBUF, compression, body)
        try:
            caller = intake.admit(_authorization(context))
            taken = await intake.take(incoming, intake.admission.enter(len(body)), caller)
        except Refused as refused:
            taken = intake.refuse(Transport.GRPC, signal, refused.refusal)
        except asyncio.CancelledError:
            # Client gone, deadline passed or grace over: what arrived whole is carried through.
            intake.counters.add(Counter.ABANDONED, 1, transport=Transport.GRPC, signal=signal)
            raise
        if isinstance(taken, Refusal):
            await _abort(context, taken)
        return success(signal, taken, Media.PROTOBUF)

    return export


def _authorization(context: _Context) -> str | None:
    for name, value in context.invocation_metadata() or ():
        if name == "authorization":
            return value if isinstance(value, str) else value.decode("utf-8", "replace")
    return None


def _metrics_refuser(intake: Intake) -> _Export:
    async def export(_body: bytes, context: _Context) -> bytes:
        refusal = intake.refuse(Transport.GRPC, Signal.METRICS, unsupported_metrics())
        await _abort(context, refusal)

    return export


async def _abort(context: _Context, refusal: Refusal) -> NoReturn:
    """End the call with the refusal. Raises what gRPC raises to end a call."""
    metadata: list[tuple[str, str | bytes]] = [
        ("grpc-status-details-bin", failure(refusal, Media.PROTOBUF))
    ]
    if refusal.retry_after is not None:
        # The Python exporter reads the wait from here, all others from the status above.
        info = retry_info(refusal.retry_after).SerializeToString()
        metadata.append(("google.rpc.retryinfo-bin", info))
    await context.abort(refusal.grpc_status, refusal.message, tuple(metadata))
