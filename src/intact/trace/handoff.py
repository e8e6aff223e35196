"""`intact.handoff`: the developer's own word that control passes, also to another process.

In: a target and what is passed on.  Out: a span that ends at once, and a block in which every
outgoing call carries the handoff to its receiver.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from opentelemetry import baggage, context, trace
from opentelemetry.context import Context
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, set_span_in_context

from intact.model.measurement import Mode
from intact.trace import health, spans, telling
from intact.trace.backlog import BACKLOG
from intact.trace.block import Block
from intact.trace.carrier import Carrier, put_into
from intact.trace.content import Content, take
from intact.trace.memory import Session
from intact.trace.runtime import Runtime, runtime
from intact.trace.scope import (
    Pending,
    new_id,
    scope_of,
    session_of,
    with_key,
    with_pending,
    with_scope,
    with_session,
)
from intact.trace.turn import Turn

#: Seconds that a handoff outside of any turn waits to learn what deferred turns have said.
_PATIENCE: Final = 0.5


class Handoff(Block):
    """One handoff. It departs when its block is entered, or its headers are first asked for."""

    def __init__(self, target: str, payload: object, mode: Mode) -> None:
        super().__init__()
        self.id = new_id()
        self.target = target
        self.mode = mode
        self._payload: object = payload
        self._inner: Context | None = None

    def headers(self) -> dict[str, str]:
        """The headers that carry this handoff over HTTP: traceparent, tracestate, baggage."""
        carried: dict[str, str] = {}
        self.inject(carried)
        return carried

    def inject(self, carrier: Carrier) -> None:
        """Put the same into a message: a mapping such as MCP's ``_meta``, or a list of pairs."""
        with health.guarded("inject"):
            inner = self.inside()
            if inner is not None:
                put_into(carrier, inner)

    def inside(self) -> Context | None:
        if self._inner is None and runtime().enabled:
            payload, self._payload = self._payload, None  # nothing of the user's is held on to
            self._inner = self._depart(runtime(), payload)
        return self._inner

    def _depart(self, shared: Runtime, payload: object) -> Context:
        ctx = context.get_current()
        scope = scope_of(ctx)
        session = session_of(scope, baggage.get_all(ctx), shared.sessions)
        inner = with_session(session, ctx)
        if session is None:
            trace_id = trace.get_current_span(ctx).get_span_context().trace_id
            session = shared.sessions.by_trace(trace_id)
        if scope.turn is not None and scope.turn.name == self.target:
            health.ignored("handoff_to_itself", "an agent that goes on hands nothing over")
            return inner
        if scope.turn is not None:
            scope.turn.tell()
        parent = scope.turn.span if scope.turn is not None else trace.get_current_span(ctx)
        under = set_span_in_context(parent, ctx)
        span = spans.start_handoff(shared.tracer(), under, self.target)
        pending = self._tell(shared, span, parent, scope.turn, session, payload)
        told = span.get_span_context()
        if pending.sent is not None:
            key_id = scope.turn.key_id if scope.turn is not None else session.key_id
            unnamed = shared.strict and session.id is None
            known_as = session.scope(told.trace_id) if unnamed else None
            inner = with_key(shared.fingerprinters().keys.by_id(key_id).id, known_as, inner)
        if told.is_valid:  # the span has ended: what stands in for it takes no attributes
            inner = set_span_in_context(NonRecordingSpan(told), inner)
        return with_scope(scope._replace(pending=pending), with_pending(pending, inner))

    def _tell(
        self,
        shared: Runtime,
        span: Span,
        parent: Span,
        turn: Turn | None,
        session: Session,
        payload: object,
    ) -> Pending:
        """Have the span completed, and say what the receiver needs to know."""
        sent: Content | None = None
        if span.is_recording():
            try:
                sent = _taken(shared, span, turn, session, payload)
            except Exception as error:
                health.failed("sent", error)
        source, link = _source(turn, session, sent, self.target)
        pending = Pending(
            id=self.id,
            source=source,
            target=self.target,
            mode=self.mode,
            sequence=session.next_sequence(),
            link=link,
            sent=sent,
        )
        job = partial(telling.departed, shared, span, parent.get_span_context(), pending, session)
        BACKLOG.do(job, later=turn is not None and turn.later, content=sent)
        return pending


def _taken(
    shared: Runtime, span: Span, turn: Turn | None, session: Session, payload: object
) -> Content:
    if turn is not None:
        return turn.take_output(payload)
    trace_id = span.get_span_context().trace_id
    fingerprinter = shared.fingerprinters().under(session.key_id, session, trace_id)
    # Whose output this is has to be known now: it is told to the receiver.
    return take(shared, fingerprinter, payload, later=False, must_keep=session.must_keep)


def _source(
    turn: Turn | None, session: Session, sent: Content | None, target: str
) -> tuple[str | None, SpanContext | None]:
    """Who hands over: the open turn, else whose output it is, else who spoke last."""
    if turn is not None:
        return turn.name, turn.span.get_span_context()
    BACKLOG.drain(_PATIENCE)
    shown = sent.fingerprint if sent is not None else None
    found = session.sender_of(shown, target) if shown is not None else None
    found = found or session.last
    if found is None or found.agent == target:
        return None, None
    return found.agent, found.span


def handoff(target: str, context: object, *, mode: str = "pass_control") -> Handoff:
    """Hand over to another agent, here or in another process.

    A block (``with`` or ``async with``). On entry a span tells at once what was passed on, so
    that a loss shows while the receiver still works. Inside, outgoing calls of instrumented
    clients carry the handoff; for others there are ``headers()`` and ``inject()``. The first
    agent that begins inside, or under the headers, is the receiver; each handoff has one.

    The sender is the open turn; outside of any, the turn of this session whose output is passed
    on, else the one that ended last.

    Args:
        target: The name of the agent that is to take over.
        context: What is passed on. It is fingerprinted on entry and not kept.
        mode: ``pass_control``, or ``return_to_caller`` if the target is to give control back.

    >>> import intact
    >>> with intact.handoff("shipping", {"order": "A-1042"}) as handoff:
    ...     sorted(handoff.headers())[0]
    'baggage'
    """
    try:
        how = Mode(mode)
    except ValueError:
        health.mistake("handoff_mode", "a handoff has the mode pass_control or return_to_caller")
        how = Mode.PASS_CONTROL
    return Handoff(str(target), context, how)
