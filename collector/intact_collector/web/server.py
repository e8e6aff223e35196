"""uvicorn without its own ideas about signals, on a socket that is bound already.

In: an app and a socket. Out: a `WebServer` that accepts connections when it is handed out, and
finishes answers under way when it is stopped.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import socket
import ssl
from collections.abc import Generator
from dataclasses import dataclass

import uvicorn
from starlette.types import ASGIApp


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield  # the host decides what a signal means


@dataclass(frozen=True, slots=True)
class WebServer:
    """A running server. Made by `serve`, on whose event loop it lives."""

    _server: _Server
    _task: asyncio.Task[None]

    async def stop(self, grace: float = 1.0) -> None:
        """Close the listener and idle connections; answers under way get whole seconds of grace."""
        self._server.config.timeout_graceful_shutdown = max(1, math.ceil(grace))
        self._server.should_exit = True
        await self._task


async def serve(
    app: ASGIApp,
    bound: socket.socket,
    tls: ssl.SSLContext | None = None,
    protocol: type[asyncio.Protocol] | None = None,
    idle_seconds: int = 5,
) -> WebServer:
    """Serve on a bound socket and return when connections are accepted.

    Args:
        app: The ASGI application.
        bound: Where to listen; closed when the server stops.
        tls: Speak TLS alone; without it, plain HTTP.
        protocol: The class that reads requests; uvicorn's own by default.
        idle_seconds: How long a connection may be silent between requests.
    """
    config = uvicorn.Config(
        app,
        http=protocol or "auto",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=idle_seconds,
    )
    config.load()  # what is wrong with it shall be raised here and not in the task
    config.ssl = tls
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[bound]))
    await server.ready.wait()
    return WebServer(server, task)
