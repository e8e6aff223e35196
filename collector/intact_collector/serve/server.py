"""The web server under the page and the API: uvicorn, without its own ideas about signals."""

from __future__ import annotations

import asyncio
import contextlib
import socket
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
    """A running server. Made by `serve`."""

    _server: _Server
    _task: asyncio.Task[None]

    async def stop(self) -> None:
        """Close the listener and the idle connections; answers under way get a second."""
        self._server.should_exit = True
        await self._task


async def serve(app: ASGIApp, bound: socket.socket) -> WebServer:
    """Serve on a bound socket and return when connections are accepted."""
    config = uvicorn.Config(
        app,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
    )
    config.load()  # what is wrong with it shall be raised here and not in the task
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[bound]))
    await server.ready.wait()
    return WebServer(server, task)
