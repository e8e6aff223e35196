"""The way of every request, whatever it came through.

In: an `Incoming` request and its `Ticket`. Out: `Accepted` or `Refusal`, after

    inflate -> decode -> check ids -> hand to the consumer -> count

Once a request is whole it is carried through even if its client goes away: it is consumed or not,
never half. Failures of the consumer become a retryable refusal here, so that the transports only
translate. Content is in none of the messages, counters or log lines.
"""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from intact_collector.ports import Accepted, Consumer, Overloaded
from intact_collector.receive.admission import Admission, Ticket
from intact_collector.receive.counters import Counter, Counters
from intact_collector.receive.decode import decode_logs, decode_traces
from intact_collector.receive.inflate import inflate
from intact_collector.receive.limits import Limits
from intact_collector.receive.refusal import Reason, Refusal, Refused, come_again
from intact_collector.receive.request import Compression, Incoming, Signal, Transport
from intact_collector.receive.validate import Checked, check_logs, check_spans
from intact_collector.web.access import Access
from intact_collector.web.tokens import Caller

_log = logging.getLogger("intact.collector.receive")

#: Bodies above these sizes are decoded in a thread: the event loop shall not pause for long.
#: Compressed ones count for more, since they may grow a thousandfold.
_INLINE: Final = 256 * 1024
_INLINE_COMPRESSED: Final = 16 * 1024

_TOKEN_NEEDED: Final = (
    "a token is needed: send Authorization: Bearer TOKEN (exporters take it from"
    " OTEL_EXPORTER_OTLP_HEADERS=Authorization=Bearer%20TOKEN)"
)


@dataclass(frozen=True, slots=True)
class _Names:
    """The words and counters of one signal."""

    items: str
    accepted: Counter
    refused: Counter
    failed: Counter


_NAMES: Final = {
    Signal.TRACES: _Names(
        "spans", Counter.ACCEPTED_SPANS, Counter.REFUSED_SPANS, Counter.FAILED_SPANS
    ),
    Signal.LOGS: _Names(
        "log records",
        Counter.ACCEPTED_LOG_RECORDS,
        Counter.REFUSED_LOG_RECORDS,
        Counter.FAILED_LOG_RECORDS,
    ),
}


@dataclass(frozen=True, slots=True)
class _Decoded:
    request: ExportTraceServiceRequest | ExportLogsServiceRequest
    checked: Checked


class Intake:
    """What both transports share. Lives on one event loop, which owns its counters and tasks."""

    def __init__(
        self,
        consumer: Consumer,
        limits: Limits,
        counters: Counters,
        access: Access | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limits = limits
        self.counters = counters
        self._access = access or Access()
        self._clock = clock
        self.admission = Admission(limits)
        self._consumer = consumer
        self._running: set[asyncio.Task[Accepted | Refusal]] = set()

    def admit(self, authorization: str | None) -> Caller | None:
        """Who is calling, if it may; None when everybody may.

        Raises:
            Refused: It has no token, or has used up its share.
        """
        if self._access.open:
            return None
        caller = self._access.caller(authorization)
        if caller is None:  # none, or one that is not known: which of the two is nobody's business
            raise Refused(Reason.UNAUTHENTICATED, _TOKEN_NEEDED)
        wait = caller.wait(self._clock())
        if wait:
            message = "this token has sent more bytes a second than it may"
            raise Refused(Reason.THROTTLED, message, wait)
        return caller

    async def take(
        self, incoming: Incoming, ticket: Ticket, caller: Caller | None = None
    ) -> Accepted | Refusal:
        """Carry one request through, on the caller's account. Owns the ticket from here on.

        When the caller is cancelled the request still runs to its end; `drain` waits for it.
        """
        if caller is not None:
            caller.spend(len(incoming.body), self._clock())
        task = asyncio.create_task(self._take(incoming, ticket))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    def refuse(self, transport: Transport, signal: Signal | None, refusal: Refusal) -> Refusal:
        """Count a request that is refused before it could be taken, and hand the refusal back."""
        outcome = "failure" if refusal.reason is Reason.FAILED else "refused"
        total = self.counters.add(
            Counter.REQUESTS,
            1,
            transport=transport,
            signal=signal,
            outcome=outcome,
            reason=refusal.reason.value,
        )
        _notice(total, 1, f"refused a request over {transport.value}", refusal.message)
        return refusal

    async def drain(self, seconds: float) -> None:
        """Wait for the requests that are inside, at most so long."""
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)

    async def _take(self, incoming: Incoming, ticket: Ticket) -> Accepted | Refusal:
        decoded: _Decoded | None = None
        try:
            decoded = await self._decode(incoming, ticket)
            accepted = await self._consume(decoded)
        except Refused as refused:
            return self._refused(incoming, decoded, refused.refusal)
        except Overloaded as overloaded:
            message = "the collector is overloaded: nothing of this request was taken"
            return self._refused(
                incoming, decoded, come_again(Reason.OVERLOADED, message, overloaded.retry_after)
            )
        except Exception as error:
            # The text of a foreign exception may quote content: its type and place must do.
            _log.error("a request could not be kept: %s at %s", type(error).__name__, _place(error))
            message = "the collector could not keep this request: see its log"
            return self._refused(incoming, decoded, come_again(Reason.FAILED, message))
        finally:
            ticket.close()
        return self._accepted(incoming, decoded.checked, accepted)

    async def _decode(self, incoming: Incoming, ticket: Ticket) -> _Decoded:
        plain = incoming.compression is Compression.NONE
        if len(incoming.body) <= (_INLINE if plain else _INLINE_COMPRESSED):
            return self._decode_now(incoming, ticket)
        return await asyncio.to_thread(self._decode_now, incoming, ticket)

    def _decode_now(self, incoming: Incoming, ticket: Ticket) -> _Decoded:
        body = inflate(incoming.body, incoming.compression, self.limits.max_request_bytes)
        if body is not incoming.body:
            ticket.grow(len(body))
        if incoming.signal is Signal.TRACES:
            spans = decode_traces(body, incoming.media, self.limits.max_depth)
            return _Decoded(spans, check_spans(spans))
        records = decode_logs(body, incoming.media, self.limits.max_depth)
        return _Decoded(records, check_logs(records))

    async def _consume(self, decoded: _Decoded) -> Accepted:
        if not decoded.checked.kept:
            return Accepted()
        if isinstance(decoded.request, ExportTraceServiceRequest):
            return await self._consumer.traces(decoded.request)
        return await self._consumer.logs(decoded.request)

    def _accepted(self, incoming: Incoming, checked: Checked, accepted: Accepted) -> Accepted:
        names = _NAMES[incoming.signal]
        self._count(Counter.REQUESTS, 1, incoming, outcome="success")
        self._count(names.accepted, checked.kept - accepted.rejected, incoming)
        self._count(names.refused, accepted.rejected, incoming, reason="rejected")
        self._count(Counter.DROPPED_LINKS, checked.links, incoming)
        message = checked.message(names.items)
        if message:
            total = self._count(names.refused, checked.rejected, incoming, reason="invalid_id")
            what = f"refused items over {incoming.transport.value}"
            _notice(total, checked.rejected, what, message)
        return Accepted(
            checked.rejected + accepted.rejected,
            "; ".join(part for part in (message, accepted.message) if part),
        )

    def _refused(self, incoming: Incoming, decoded: _Decoded | None, refusal: Refusal) -> Refusal:
        if decoded is not None:
            names = _NAMES[incoming.signal]
            counter = names.failed if refusal.reason is Reason.FAILED else names.refused
            items = decoded.checked.kept + decoded.checked.rejected
            self._count(counter, items, incoming, reason=refusal.reason.value)
        return self.refuse(incoming.transport, incoming.signal, refusal)

    def _count(self, counter: Counter, count: int, incoming: Incoming, **more: str) -> int:
        return self.counters.add(
            counter, count, transport=incoming.transport, signal=incoming.signal, **more
        )


def _notice(total: int, added: int, what: str, message: str) -> None:
    """Log when a total passes 1, 2, 4, 8 …: an exporter retries for ever, a log should not."""
    if total.bit_length() != (total - added).bit_length():
        _log.warning("%s (%d so far): %s", what, total, message)


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "unknown"
