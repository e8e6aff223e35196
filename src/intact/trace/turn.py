"""One turn: from what an agent is given to what it hands on.

In: the call of a decorated function.  Out: a span with two fingerprints, and the arrival of the
handoff that led here.

    begin      settings, session, span   ->  received   context taken in, who handed over
                                         ->  the agent runs inside
    finish     output taken in, remembered for the next turn, span ends

This is the agent's path. What can be told off it is a job (`telling`) in the `backlog`.
Nothing here raises, and nothing of the user's is held once the turn is closed. A span that is not
recording costs no walk over any context, but the turn still takes its place in the session.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import Token
from dataclasses import dataclass
from functools import partial
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
from intact.trace import health, spans, telling
from intact.trace.arguments import NO_ARGUMENTS, Given, Reader
from intact.trace.backlog import BACKLOG, Job
from intact.trace.calls import BARE, Frame
from intact.trace.content import Content, take
from intact.trace.memory import Finished, Session
from intact.trace.runtime import Runtime, runtime
from intact.trace.said import Said
from intact.trace.scope import (
    NO_BAGGAGE,
    NOWHERE,
    Baggage,
    Pending,
    Scope,
    key_of,
    pending_of,
    scope_of,
    session_of,
    told_scope,
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
    defer: bool | None = None  # None: as the settings say


@dataclass(slots=True, eq=False)
class Turn:
    """One invocation of an agent, while it is open. Owned by the call that it wraps."""

    agent: Agent
    span: Span
    runtime: Runtime
    recording: bool
    later: bool  # whether contexts are fingerprinted off the agent's path
    under: Context  # what marks of this turn stand under
    inner: Context  # what is current while the agent runs
    _session: Session | None  # None: nobody else can be in it, and so far nobody asked for it
    given: Given = NO_ARGUMENTS
    received: Content | None = None
    output: Content | None = None  # said by `intact.output`; decides over what is returned
    pruned: tuple[tuple[str, str], ...] = ()
    waiting: Pending | None = None  # a handoff whose context the arguments did not show
    handoff: str | None = None  # the id of the handoff that this turn received
    key_id: bytes | None = None  # of the key that it fingerprints under; None: the process's own
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

    def hide(self) -> None:
        """Leave a gap in the session, if others can be in it: what this turn said is not known."""
        if self._session is not None:
            span = self.span.get_span_context()
            self._session.remember(Finished(self.agent.name, span, observed=False))

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

    def do(self, job: Job, content: Content | None = None) -> None:
        """Tell something of this turn, now or when its time comes."""
        BACKLOG.do(job, later=self.later, content=content)

    def follow(self, carried: Baggage, caller: Turn | None = None) -> None:
        """Take the sender's key, where this process has it: only under one key can they compare."""
        told = None
        if carried:
            self.session.scope(0, told_scope(carried))
            told = self.runtime.fingerprinters().keys.held(key_of(carried))
        if told is not None:
            self.session.key_id = told
        self.key_id = told or (caller.key_id if caller is not None else self.session.key_id)

    def tell(self) -> None:
        """Say what this turn was given, before it ends, since it hands over already."""
        self.do(partial(telling.context, self))

    def take(self, value: object, paths: Callable[[tuple[str, ...]], tuple[str, ...]]) -> Content:
        """Take in something of this turn; ``paths`` says where in it declared ones stand."""
        declared = (*self.agent.must_keep, *self.session.must_keep)
        must_keep = paths(declared) if declared else declared
        trace_id = self.span.get_span_context().trace_id
        fingerprinter = self.runtime.fingerprinters().under(self.key_id, self.session, trace_id)
        return take(
            self.runtime,
            fingerprinter,
            value,
            later=self.later,
            must_keep=must_keep,
            pruned=self.pruned,
        )

    def take_output(self, value: object) -> Content:
        return self.take(value, self.given.output_paths)


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
            turn.follow(carried, scope.turn)
            _receive(turn, scope.turn, pending, args, kwargs)
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
    later = shared.settings.defer if agent.defer is None else agent.defer
    under = set_span_in_context(span, without_pending(ctx, carried) if carried else ctx)
    turn = Turn(agent, span, shared, recording, later, under, under, session)
    turn.inner = with_scope(Scope(None, turn), under)
    return turn


def _claimed(turn: Turn, pending: Pending) -> Pending | None:
    """The handoff that this turn is the first to receive; None when there is none to tell."""
    claims = turn.runtime.claims
    if pending.arrived:
        if claims.take(f"{pending.id} received"):
            turn.handoff = pending.id
        return None
    if not claims.take(pending.id):
        return None
    turn.session.saw(pending.sequence)
    return pending


def _receive(
    turn: Turn,
    caller: Turn | None,
    pending: Pending | None,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> None:
    """Take in what the agent is given; who handed it over is found out by it."""
    given = turn.agent.reader.read(args, kwargs)
    turn.given = given.without_content()
    content = turn.received = turn.take(given.context, given.paths)
    shown = content.fingerprint
    if pending is not None and shown is not None and _shows_nothing(shown):
        turn.waiting = pending if pending.source != turn.name else None
        return
    pruned = caller.pruned if caller is not None else ()
    turn.do(partial(telling.received, turn, content, pending, caller, pruned), content)


def _shows_nothing(received: Fingerprint) -> bool:
    """Whether the arguments hide the context, as a web framework's request object does.

    What they hide is not lost: `intact.received` may still say it inside the turn.
    """
    return bool(received.limits & Limit.OPAQUE) and not received.facts


def _close(turn: Turn, result: object = NOTHING, error: BaseException | None = None) -> None:
    """End a turn. Never raises."""
    turn.inner = turn.under  # which does not know the turn: it is gone as soon as it is told
    if not turn.recording:
        telling.unseen(turn)
        return
    seen = True
    try:
        if error is not None:
            turn.span.set_attribute(names.ERROR_TYPE, type(error).__qualname__)
            turn.span.set_status(StatusCode.ERROR)  # without a message: those quote content
        if turn.output is None and result is not NOTHING:
            picks = turn.agent.picks
            turn.output = turn.take_output(result if picks is None else picks(result))
    except Exception as failure:
        health.failed("output", failure)
        seen = False
    turn.do(partial(telling.ended, turn, turn.waiting, turn.output, seen), turn.output)
