"""One turn: its span, what it was given, what it handed on.

    begin    before the agent runs: the span starts, the received context is fingerprinted (the
             agent may change it), and if it was handed over by another turn the arrival is told
    enter    the agent's code runs: the turn is current   } once, or once for each step
    leave    its code stands still                        } of a generator
    finish   it returned or raised: the output is fingerprinted, the span ends

Nothing here raises, and nothing of the user's is held once the turn is closed. A span that is not
recording costs no walk over any context, but the turn still takes its place in the session.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import Token
from dataclasses import dataclass, replace
from typing import Any, Final

from opentelemetry import baggage, context
from opentelemetry.context import Context
from opentelemetry.trace import (
    INVALID_SPAN,
    Span,
    StatusCode,
    get_current_span,
    set_span_in_context,
)

from intact.codec import attributes as names
from intact.model.fingerprint import Fingerprint, Limit
from intact.model.measurement import Mode
from intact.trace import health, spans
from intact.trace.arguments import NO_ARGUMENTS, Given, Reader
from intact.trace.calls import BARE, Frame
from intact.trace.memory import Finished, Session, summary
from intact.trace.runtime import Runtime, runtime
from intact.trace.said import Said
from intact.trace.scope import (
    NO_BAGGAGE,
    NOWHERE,
    Baggage,
    Pending,
    Scope,
    handed_by,
    new_id,
    pending_of,
    scope_of,
    session_of,
    with_scope,
    without_pending,
)

#: An agent that raised has returned nothing: not even None.
NOTHING: Final = object()


@dataclass(frozen=True, slots=True)
class Agent:
    """What the decorator knows of an agent."""

    name: str
    reader: Reader
    picks: Callable[[Any], object] | None
    must_keep: tuple[str, ...]
    attributes: dict[str, str]
    span_name: str


@dataclass(slots=True, eq=False)
class Turn:
    """One invocation of an agent, while it is open. Owned by the call that it wraps."""

    agent: Agent
    span: Span
    runtime: Runtime
    recording: bool
    _session: Session | None  # None: nobody else can be in it, and so far nobody asked for it
    inner: Context  # what is current while the agent runs
    given: Given = NO_ARGUMENTS
    received: Fingerprint | None = None
    output: Fingerprint | None = None  # said by `intact.output`; decides over what is returned
    pruned: tuple[tuple[str, str], ...] = ()
    waiting: Pending | None = None  # a handoff whose context the arguments did not show
    handoff: str | None = None  # the id of the handoff that this turn received
    told: bool = False  # whether a `context` span says what was received
    _said: Said | None = None  # by a generator
    _token: Token[Context] | None = None

    @property
    def name(self) -> str:
        return self.agent.name

    @property
    def session(self) -> Session:
        if self._session is None:
            self._session = Session()
        return self._session

    def join(self, session: Session) -> None:
        """Be part of a session that is known only now."""
        self._session = session
        self.span.set_attributes(spans.session_attributes(session))

    def enter(self) -> None:
        self._token = context.attach(self.inner)

    def leave(self) -> None:
        """Step out; what the agent put into the context meanwhile is there when it goes on."""
        if self._token is not None:
            self.inner = context.get_current()
            context.detach(self._token)
            self._token = None

    def said(self, item: object) -> None:
        if self._said is None:
            self._said = Said()
        if self.recording:
            self._said.add(item)

    def ended(self, returned: object) -> None:
        self.finish(returned if self._said is None else self._said.whole(returned))

    def finish(self, result: object) -> None:
        _close(self, result)

    def fail(self, error: BaseException) -> None:
        _close(self, error=error)

    def tell(self) -> None:
        """Say what this turn was given, before it ends, since it hands over already."""
        if self.told or self.received is None:
            return
        self.told = True
        tracer, ctx = self.runtime.tracer(), set_span_in_context(self.span)
        spans.tell_context(tracer, ctx, self.name, self.session, self.received)

    def hide(self) -> None:
        """Leave a gap in the session, if others can be in it: what this turn said is not known."""
        if self._session is not None:
            span = self.span.get_span_context()
            self._session.remember(Finished(self.agent.name, span, observed=False))

    def arrive(self, pending: Pending, rule: str, received: Fingerprint) -> None:
        """Say that this turn received a handoff."""
        self.waiting, self.handoff = None, pending.id
        self.session.saw(pending.sequence)
        ctx = set_span_in_context(self.span)
        span = spans.start_handoff(self.runtime.tracer(), ctx, self.name, pending.link)
        try:
            if span.is_recording():
                spans.tell_arrival(
                    span,
                    pending,
                    rule=rule,
                    target=self.name,
                    session=self.session,
                    received=received,
                )
        finally:
            span.end()

    def fingerprint(self, value: object, must_keep: tuple[str, ...]) -> Fingerprint:
        """Fingerprint something of this turn under this process's key."""
        return self.runtime.fingerprinter().fingerprint(
            value, must_keep=must_keep, pruned=self.pruned, names=self.runtime.names
        )

    def fingerprint_output(self, value: object) -> Fingerprint:
        declared = (*self.agent.must_keep, *self.session.must_keep)
        return self.fingerprint(value, self.given.output_paths(declared))


def begin(agent: Agent, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Frame:
    """Begin a turn; or let the agent run bare. Never raises."""
    try:
        shared = runtime()
        if not shared.enabled:
            return BARE
        ctx = context.get_current()
        scope, carried = (scope_of(ctx), baggage.get_all(ctx)) if ctx else (NOWHERE, NO_BAGGAGE)
        turn = _open(shared, agent, scope, ctx, carried)
    except Exception as error:
        health.failed("begin", error)
        return BARE
    try:
        pending = pending_of(scope, carried)
        if pending is not None:
            pending = _claimed(turn, pending)
        if turn.recording:
            _receive(turn, scope, pending, args, kwargs)
    except Exception as error:
        health.failed("received", error)
    return turn


def _open(shared: Runtime, agent: Agent, scope: Scope, ctx: Context, carried: Baggage) -> Turn:
    session = session_of(scope, carried, shared.sessions)
    attributes = agent.attributes
    if session is not None:
        attributes = {**attributes, **spans.session_attributes(session)}
    span = shared.tracer().start_span(agent.span_name, context=ctx, attributes=attributes)
    recording = span.is_recording()
    # A root that is not sampled has no trace that another turn could be part of.
    if session is None and (recording or get_current_span(ctx) is not INVALID_SPAN):
        session = shared.sessions.by_trace(span.get_span_context().trace_id)
    inner = set_span_in_context(span, without_pending(ctx, carried) if carried else ctx)
    turn = Turn(agent, span, shared, recording, session, inner)
    turn.inner = with_scope(Scope(None, turn), inner)
    return turn


def _claimed(turn: Turn, pending: Pending) -> Pending | None:
    """The handoff that this turn is the first to receive; None when there is none to tell."""
    claims = turn.runtime.claims
    if not pending.arrived:
        return pending if claims.take(pending.id) else None
    if claims.take(f"{pending.id} received"):
        turn.handoff = pending.id
    return None


def _receive(
    turn: Turn,
    scope: Scope,
    pending: Pending | None,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> None:
    """Fingerprint what the agent is given, and find out who handed it over."""
    session = turn.session
    turn.given = turn.agent.reader.read(args, kwargs)
    declared = (*turn.agent.must_keep, *session.must_keep)
    received = turn.fingerprint(turn.given.context, turn.given.paths(declared))
    turn.received = received
    if pending is not None:
        if pending.source == turn.name:
            return  # the same agent going on is no handoff
        if _shows_nothing(received):
            turn.waiting = pending
        else:
            turn.arrive(pending, "explicit", received)
    elif turn.handoff is None and scope.turn is not None:
        _called(turn, scope.turn, received)
    elif turn.handoff is None:
        sender = session.sender_of(received, turn.name)
        if sender is not None:
            turn.arrive(handed_by(sender, session), "dataflow", received)


def _called(turn: Turn, caller: Turn, received: Fingerprint) -> None:
    """A turn inside a turn: the caller waits for it, and gets control back."""
    if caller.name == turn.name:
        return  # an agent that calls itself goes on
    caller.tell()
    pending = Pending(
        id=new_id(),
        source=caller.name,
        mode=Mode.RETURN_TO_CALLER,
        sequence=turn.session.next_sequence(),
        link=caller.span.get_span_context(),
        sent=replace(received, pruned=caller.pruned) if caller.pruned else None,
    )
    turn.arrive(pending, "call", received)


def _shows_nothing(received: Fingerprint) -> bool:
    """Whether the arguments hide the context, as a web framework's request object does.

    What they hide is not lost: `intact.received` may still say it inside the turn.
    """
    return bool(received.limits & Limit.OPAQUE) and not received.facts


def _close(turn: Turn, result: object = NOTHING, error: BaseException | None = None) -> None:
    """End a turn. Never raises."""
    try:
        if error is not None:
            turn.span.set_attribute(names.ERROR_TYPE, type(error).__qualname__)
            turn.span.set_status(StatusCode.ERROR)  # without a message: those quote content
        if turn.recording:
            turn.session.remember(_put(turn, result))
        else:
            turn.hide()
    except Exception as failure:
        health.failed("output", failure)
        turn.hide()
    try:
        turn.span.end()
    except Exception as failure:
        health.failed("end", failure)


def _put(turn: Turn, result: object) -> Finished:
    """Set what was received and what was handed on, as the last attributes of the span."""
    if turn.waiting is not None and turn.received is not None:
        turn.arrive(turn.waiting, "explicit", turn.received)
    if turn.received is not None:
        spans.put(turn.span, names.CONTEXT_RECEIVED, turn.received)
    output = turn.output
    if output is None and result is not NOTHING:
        picks = turn.agent.picks
        output = turn.fingerprint_output(result if picks is None else picks(result))
    if output is not None:
        spans.put(turn.span, names.CONTEXT_OUTPUT, output)
    return summary(turn.name, turn.span.get_span_context(), output)
