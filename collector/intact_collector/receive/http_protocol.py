"""HTTP/1.1 heads within bounds.

In: the bytes of a connection. Out: what uvicorn's protocol makes of them. The parser itself sets no
bound to the size of a head nor to the time it takes, so that one client could hold memory and
connections for nothing; both bounds are added here and nothing else.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from intact_collector.receive.limits import Limits


def bounded_protocol(limits: Limits) -> type[asyncio.Protocol]:
    """A protocol class for `uvicorn.Config(http=...)` that keeps these limits."""

    class Bounded(HttpToolsProtocol):
        _timer: asyncio.TimerHandle | None = None
        _in_head = True
        _head = 0  # bytes of the current head, counted in whole pieces as they are received

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._watch()

        def connection_lost(self, exc: Exception | None) -> None:
            self._unwatch()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            if self._in_head:
                self._head += len(data)
                self._watch()
            super().data_received(data)
            if self._in_head and self._head > limits.max_header_bytes:
                self._refuse("the head of the request is too large")

        def on_headers_complete(self) -> None:
            self._in_head = False
            self._unwatch()
            super().on_headers_complete()

        def on_message_complete(self) -> None:
            super().on_message_complete()
            self._in_head = True
            self._head = 0

        def _watch(self) -> None:
            if self._timer is None:
                self._timer = self.loop.call_later(limits.head_seconds, self._late)

        def _unwatch(self) -> None:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

        def _late(self) -> None:
            self._refuse("the head of the request took too long")

        def _refuse(self, why: str) -> None:
            if not self.transport.is_closing():
                self.send_400_response(why)

    return Bounded
