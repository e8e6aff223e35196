"""Both receivers, started and stopped as one.

In: a consumer and two addresses. Out: a `Receiver` that knows where it listens, and drains when it
is stopped: readiness off, no new connections, what is inside is finished. Signals, readiness pages
and the order in which a collector shuts down are the host's.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import socket
from collections.abc import Generator
from dataclasses import dataclass

import grpc
import uvicorn

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
from intact_collector.receive.listen import bind, parse_address, refuse_taken


class _HttpServer(uvicorn.Server):
    """A uvicorn that leaves the process's signals alone and says when it accepts connections."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


@dataclass(frozen=True, slots=True)
class Receiver:
    """Two running servers. Made by `start`, on whose event loop it lives."""

    grpc_address: Address
    http_address: Address
    counters: Counters
    _intake: Intake
    _health: Health
    _grpc: grpc.aio.Server
    _http: _HttpServer
    _http_task: asyncio.Task[None]

    async def stop(self, grace: float) -> None:
        """Stop accepting, finish what is inside, return after `grace` seconds at the latest.

        What is not finished by then is cut off without an acknowledgement: its sender has to
        send it again. HTTP rounds the grace up to whole seconds.
        """
        deadline = asyncio.get_running_loop().time() + grace
        self._health.serving = False
        self._http.config.timeout_graceful_shutdown = max(1, math.ceil(grace))
        self._http.should_exit = True
        await asyncio.gather(self._grpc.stop(grace), self._http_task)
        left = deadline - asyncio.get_running_loop().time()
        await self._intake.drain(max(left, 0.0))


async def start(
    consumer: Consumer,
    *,
    grpc_address: str = "127.0.0.1:4317",
    http_address: str = "127.0.0.1:4318",
    limits: Limits | None = None,
    counters: Counters | None = None,
) -> Receiver:
    """Listen on both addresses and return when both accept connections.

    Raises:
        ConfigError: an address is not HOST:PORT.
        ListenError: an address cannot be listened on; nothing is left running.
    """
    limits = limits or Limits()
    counters = counters or Counters()
    grpc_at, http_at = parse_address(grpc_address), parse_address(http_address)
    intake = Intake(consumer, limits, counters)
    health = Health()
    http_socket = bind(http_at, "OTLP/HTTP")
    try:
        grpc_side = grpc_server(intake, health)
        grpc_port = _add_port(grpc_side, grpc_at)
        await grpc_side.start()
    except BaseException:
        http_socket.close()
        raise
    http_side, task = await _serve_http(intake, http_socket, limits)
    return Receiver(
        Address(grpc_at.host, grpc_port),
        Address(http_at.host, http_socket.getsockname()[1]),
        counters,
        intake,
        health,
        grpc_side,
        http_side,
        task,
    )


def _add_port(server: grpc.aio.Server, address: Address) -> int:
    what = "OTLP/gRPC"
    refuse_taken(address, what)  # gRPC would only say that it failed, and print it as well
    try:
        return server.add_insecure_port(str(address))
    except RuntimeError:
        raise ListenError(f"cannot listen on {address} for {what}: choose another") from None


async def _serve_http(
    intake: Intake, bound: socket.socket, limits: Limits
) -> tuple[_HttpServer, asyncio.Task[None]]:
    config = uvicorn.Config(
        http_app(intake),
        http=bounded_protocol(limits),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=limits.idle_seconds,
    )
    config.load()  # what is wrong with it shall be raised here and not in the task
    server = _HttpServer(config)
    task = asyncio.create_task(server.serve(sockets=[bound]))
    await server.ready.wait()
    return server, task
