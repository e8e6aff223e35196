"""`intact.received`: what arrived from another process, in the developer's own words.

In: the context as it arrived, and the headers that came with it.  Out: a span that tells of the
arrival at once, and a block in which the session and the trace of the sender go on.
"""

from __future__ import annotations

from functools import partial

from opentelemetry import baggage
from opentelemetry import context as otel
from opentelemetry.context import Context
from opentelemetry.trace import NonRecordingSpan, set_span_in_context

from intact.fingerprint import Fingerprinter
from intact.trace import health, spans, telling
from intact.trace.arguments import NO_ARGUMENTS
from intact.trace.backlog import BACKLOG
from intact.trace.block import Block
from intact.trace.carrier import Headers, read_from
from intact.trace.content import take
from intact.trace.memory import Session
from intact.trace.runtime import Runtime, runtime
from intact.trace.scope import (
    NOWHERE,
    Baggage,
    Pending,
    key_of,
    pending_of,
    scope_of,
    session_of,
    told_scope,
    with_scope,
    without_pending,
)
from intact.trace.turn import Turn


class Received(Block):
    """What arrived, as a block that makes the agents inside part of the sender's trace."""

    def __init__(self, inner: Context | None) -> None:
        super().__init__()
        self._inner = inner

    def inside(self) -> Context | None:
        return self._inner


def received(context: object, headers: Headers | None = None) -> Received:
    """Say what an agent was given by another process, and by which handoff.

    The call itself tells of the arrival. Inside an open turn it belongs to that turn, and what
    arrived counts as what the turn received. Elsewhere, use the result as a block (``with`` or
    ``async with``): the first agent inside is the receiver, in the sender's trace and session.

    Frameworks whose instrumentation carries W3C baggage need no ``headers``, and an agent that
    is called with what arrived needs no call of this at all.

    Args:
        context: What arrived: a parsed body, a message. It is fingerprinted and not kept.
        headers: What came with it: any mapping, a list of pairs (ASGI, Kafka), a WSGI environ,
            or MCP's ``_meta``. What cannot be read is ignored.

    >>> import intact
    >>> with intact.received({"order": "A-1042"}, headers={"traceparent": "garbage"}):
    ...     pass
    """
    try:
        shared = runtime()
        if not shared.enabled:
            return Received(None)
        return Received(_arrive(shared, context, headers))
    except Exception as error:
        health.failed("received", error)
        return Received(None)


def _arrive(shared: Runtime, value: object, headers: Headers | None) -> Context | None:
    here = otel.get_current()
    scope = scope_of(here)
    turn = scope.turn
    if turn is not None:
        carried = read_from(headers, Context()) if headers is not None else None
        pending = turn.waiting if carried is None else pending_of(NOWHERE, baggage.get_all(carried))
        # A sender that plays its receiver, too, in one process: it is not the one that received.
        if pending is None or pending.source != turn.name:
            _in_turn(shared, turn, value, pending, carried)
            return None
    inner = (read_from(headers, here) if headers is not None else None) or here
    brought = baggage.get_all(inner)
    session = session_of(scope, brought, shared.sessions)
    pending = pending_of(scope, brought)
    inner = with_scope(scope._replace(session=session), inner)
    if pending is None:
        health.ignored("received_without_handoff", "what was received came with no handoff")
    elif shared.claims.take(pending.id):
        return _before_turn(shared, pending, session, value, inner)
    return inner


def _in_turn(
    shared: Runtime, turn: Turn, value: object, pending: Pending | None, carried: Context | None
) -> None:
    """The turn has begun: it learns now what it was given, and in which session it is."""
    if carried is not None and turn.session.id is None:
        session = session_of(NOWHERE, baggage.get_all(carried), shared.sessions)
        if session is not None:
            turn.join(session)
    if pending is not None and pending is not turn.waiting:
        if shared.claims.take(pending.id):
            turn.session.saw(pending.sequence)
        else:
            pending = None
    if not turn.recording:
        return
    if pending is not None:
        turn.waiting = None
    if carried is not None:
        turn.follow(baggage.get_all(carried))
    turn.given = NO_ARGUMENTS  # from here on paths start where this context does
    content = turn.received = turn.take(value, turn.given.paths)
    turn.do(partial(telling.received, turn, content, pending, None, ()), content)


def _before_turn(
    shared: Runtime, pending: Pending, session: Session | None, value: object, inner: Context
) -> Context:
    """No turn has begun: the arrival is told, and the first turn inside is its child."""
    span = spans.start_handoff(shared.tracer(), inner, pending.target, pending.link)
    content, later = None, shared.settings.defer
    if span.is_recording():
        with health.guarded("received"):
            trace_id = span.get_span_context().trace_id
            session = session or shared.sessions.by_trace(trace_id)
            fingerprinter = _fingerprinter(shared, session, trace_id, baggage.get_all(inner))
            content = take(shared, fingerprinter, value, later=later, must_keep=session.must_keep)
    job = partial(telling.arrived_before_turn, shared, span, pending, session, content)
    BACKLOG.do(job, later=later, content=content)
    if session is not None:
        session.saw(pending.sequence)
    told = span.get_span_context()
    if told.is_valid:  # the span has ended: what stands in for it takes no attributes
        inner = set_span_in_context(NonRecordingSpan(told), inner)
    scope = scope_of(inner)._replace(pending=pending._replace(arrived=True, sent=None))
    return with_scope(scope, without_pending(inner, baggage.get_all(inner)))


def _fingerprinter(
    shared: Runtime, session: Session, trace_id: int, brought: Baggage
) -> Fingerprinter:
    """For what arrived: under the sender's key, where this process has it."""
    made = shared.fingerprinters()
    session.key_id = made.keys.held(key_of(brought)) or session.key_id
    session.scope(trace_id, told_scope(brought))
    return made.under(session.key_id, session, trace_id)
