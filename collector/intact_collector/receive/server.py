"""Both receivers, started and stopped as one.

In: a consumer and two addresses. Out: a `Receiver` that knows where it listens, and drains when it
is stopped: readiness off, no new connections, what is inside is finished. Signals, readiness pages
and the order in which a collector shuts down are the host's.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

import grpc

from intact_collector.config import Address
from intact_collector.errors import ListenError
from intact_collector.ports import Consumer
from intact_collector.receive.counters import Counters
from intact_collector.receive.grpc import grpc_server
from intact_collector.receive.health import Health
from intact_collector.receive.http import http_app
from intact_collector.receive.http_protocol import bounded_protocol
from intact_collector.receive.intake import Intake
from intact_collector.receive.limits import Limits
from intact_collector.web.access import Access
from intact_collector.web.listen import bind, refuse_taken
from intact_collector.web.server import WebServer, serve
from intact_collector.web.tls import Tls


@dataclass(frozen=True, slots=True)
class Receiver:
    """Two running servers. Made by `start`, on whose event loop it lives."""

    grpc_address: Address
    http_address: Address
    counters: Counters
    _intake: Intake
    _health: Health
    _grpc: grpc.aio.Server
    _http: WebServer

    async def stop(self, grace: float) -> None:
        """Stop accepting, finish what is inside, return after `grace` seconds at the latest.

        What is not finished by then is cut off without an acknowledgement: its sender has to
        send it again. HTTP rounds the grace up to whole seconds.
        """
        deadline = asyncio.get_running_loop().time() + grace
        self._health.serving = False
        await asyncio.gather(self._grpc.stop(grace), self._http.stop(grace))
        left = deadline - asyncio.get_running_loop().time()
        await self._intake.drain(max(left, 0.0))


async def start(
    consumer: Consumer,
    grpc_address: Address,
    http_address: Address,
    *,
    limits: Limits | None = None,
    counters: Counters | None = None,
    access: Access | None = None,
    tls: Tls | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Receiver:
    """Listen on both addresses and return when both accept connections.

    Args:
        consumer: Who gets the requests.
        grpc_address: Where OTLP/gRPC is received.
        http_address: Where OTLP/HTTP is received.
        limits: What one client, and all together, may ask.
        counters: What is counted here.
        access: Who may send; everybody by default.
        tls: Speak TLS alone; without it, plain connections.
        clock: Seconds, for the shares of callers.

    Raises:
        ListenError: an address cannot be listened on; nothing is left running.
    """
    limits = limits or Limits()
    counters = counters or Counters()
    intake = Intake(consumer, limits, counters, access, clock)
    health = Health()
    http_socket = bind(http_address, "OTLP/HTTP")
    try:
        grpc_side = grpc_server(intake, health)
        grpc_port = _add_port(grpc_side, grpc_address, tls)
        await grpc_side.start()
    except BaseException:
        http_socket.close()
        raise
    http_at = Address(http_address.host, http_socket.getsockname()[1])
    http_side = await serve(
        http_app(intake),
        http_socket,
        None if tls is None else tls.context,
        bounded_protocol(limits),
        limits.idle_seconds,
    )
    return Receiver(
        Address(grpc_address.host, grpc_port),
        http_at,
        counters,
        intake,
        health,
        grpc_side,
        http_side,
    )


def _add_port(server: grpc.aio.Server, address: Address, tls: Tls | None) -> int:
    what = "OTLP/gRPC"
    refuse_taken(address, what)  # gRPC would only say that it failed, and print it as well
    try:
        if tls is not None:
            return server.add_secure_port(str(address), tls.grpc_credentials())
        return server.add_insecure_port(str(address))
    except RuntimeError:
        raise ListenError(f"cannot listen on {address} for {what}: choose another") from None
