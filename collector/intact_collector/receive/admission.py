"""How many requests, and how many bytes of them, may be inside at once.

In: the wish to begin a request, and its bytes as they come. Out: a `Ticket`, or a retryable
refusal. A limit on counts alone would not bound memory, a limit on bytes alone would let a crowd of
empty requests in; both are kept here for both transports.
"""

from __future__ import annotations

from threading import Lock

from intact_collector.receive.limits import Limits
from intact_collector.receive.refusal import Reason, Refused


class Admission:
    """Counts what is inside. A lock guards it: big requests are inflated in worker threads."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._lock = Lock()
        self.requests = 0
        self.size = 0

    def enter(self, size: int = 0) -> Ticket:
        """Let one request in.

        Raises:
            Refused: too many requests or bytes are inside; the client should come again.
        """
        with self._lock:
            if self.requests >= self._limits.max_requests:
                raise _overloaded("too many requests at once")
            self.requests += 1
        ticket = Ticket(self)
        try:
            ticket.grow(size)
        except Refused:
            ticket.close()
            raise
        return ticket

    def _reserve(self, size: int) -> None:
        with self._lock:
            if self.size + size > self._limits.max_bytes_in_flight:
                raise _overloaded("too many bytes in flight")
            self.size += size

    def _release(self, size: int) -> None:
        with self._lock:
            self.requests -= 1
            self.size -= size


class Ticket:
    """The place of one request, given back by `close`."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission
        self._size = 0
        self._open = True

    def grow(self, size: int) -> None:
        """Reserve `size` more bytes.

        Raises:
            Refused: too many bytes are inside; the client should come again.
        """
        self._admission._reserve(size)
        self._size += size

    def close(self) -> None:
        """Give the place back. Further calls do nothing."""
        if self._open:
            self._open = False
            self._admission._release(self._size)


def _overloaded(why: str) -> Refused:
    return Refused(Reason.OVERLOADED, f"the collector is overloaded: {why}", retry_after=1.0)
