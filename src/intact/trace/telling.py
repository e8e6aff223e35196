"""What is told of a turn once it is known: jobs of the `backlog`, off the agent's path if need be.

In: a turn, its contents, and when it was.  Out: spans that end at once, attributes of the turn's
own span, and what its session remembers.
Each takes ``at``, nanoseconds since 1970 at which it happened, or None when that is now.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from opentelemetry.trace import Span, SpanContext

from intact.codec import attributes as names
from intact.codec.disclose import mark_pruned
from intact.model.fingerprint import Fingerprint
from intact.model.measurement import Mode
from intact.trace import health, spans
from intact.trace.content import Content
from intact.trace.memory import Session, summary
from intact.trace.runtime import Runtime
from intact.trace.scope import Pending, handed_by, new_id

if TYPE_CHECKING:
    from intact.trace.turn import Turn


def received(
    turn: Turn,
    content: Content,
    pending: Pending | None,
    caller: Turn | None,
    pruned: tuple[tuple[str, str], ...],
    at: int | None,
) -> None:
    """Tell what a turn was given, and find out who handed it over. Never raises.

    ``pruned`` is what the caller had pruned when it called.
    """
    try:
        fingerprint = content.made(turn.runtime)
        if fingerprint is not None:
            _found(turn, pending, caller, pruned, fingerprint, at)
    except Exception as error:
        health.failed("received", error)


def _found(
    turn: Turn,
    pending: Pending | None,
    caller: Turn | None,
    pruned: tuple[tuple[str, str], ...],
    fingerprint: Fingerprint,
    at: int | None,
) -> None:
    """Whatever says first who handed over decides."""
    if pending is not None:
        if pending.source != turn.name:  # the same agent going on is no handoff
            arrived(turn, pending, "explicit", fingerprint, at)
    elif turn.handoff is not None:
        return
    elif caller is not None:
        _called(turn, caller, pruned, fingerprint, at)
    else:
        sender = turn.session.sender_of(fingerprint, turn.name)
        if sender is not None:
            arrived(turn, handed_by(sender, turn.session), "dataflow", fingerprint, at)


def _called(
    turn: Turn,
    caller: Turn,
    pruned: tuple[tuple[str, str], ...],
    fingerprint: Fingerprint,
    at: int | None,
) -> None:
    """A turn inside a turn: the caller waits for it, and gets control back."""
    if caller.name == turn.name:
        return  # an agent that calls itself goes on
    context(caller, at)
    pending = Pending(
        id=new_id(),
        source=caller.name,
        mode=Mode.RETURN_TO_CALLER,
        sequence=turn.session.next_sequence(),
        link=caller.span.get_span_context(),
        sent=Content(replace(fingerprint, pruned=pruned)) if pruned else None,
    )
    arrived(turn, pending, "call", fingerprint, at)


def context(turn: Turn, at: int | None) -> None:
    """Say what an open turn was given, before it ends, since it hands over already."""
    given = _given(turn)
    if turn.told or given is None:
        return
    turn.told = True
    spans.tell_context(turn.runtime, turn.under, turn.name, turn.session, given, at)


def _given(turn: Turn) -> Fingerprint | None:
    """What a turn was given, with what it pruned since marked where paths do not show."""
    given = turn.received.fingerprint if turn.received is not None else None
    if given is None or not turn.pruned or not turn.runtime.rule.hides:
        return given
    return mark_pruned(given, tuple(path for path, _ in turn.pruned))


def arrived(
    turn: Turn, pending: Pending, rule: str, fingerprint: Fingerprint, at: int | None
) -> None:
    """Say that a turn received a handoff."""
    turn.handoff = pending.id
    tracer = turn.runtime.tracer()
    span = spans.start_handoff(tracer, turn.under, turn.name, pending.link, at)
    try:
        if span.is_recording():
            spans.tell_arrival(
                turn.runtime,
                span,
                pending,
                rule=rule,
                target=turn.name,
                session=turn.session,
                received=fingerprint,
            )
    finally:
        span.end(at)


def arrived_before_turn(
    shared: Runtime,
    span: Span,
    pending: Pending,
    session: Session | None,
    content: Content | None,
    at: int | None,
) -> None:
    """Complete and end the span that says that a handoff arrived, before any turn began.

    Never raises.
    """
    with health.guarded("received"):
        fingerprint = content.made(shared) if content is not None else None
        if fingerprint is not None:
            spans.tell_arrival(
                shared,
                span,
                pending,
                rule="explicit",
                target=pending.target,
                session=session,
                received=fingerprint,
            )
    with health.guarded("end"):
        span.end(at)


def departed(
    shared: Runtime,
    span: Span,
    parent: SpanContext,
    pending: Pending,
    session: Session | None,
    at: int | None,
) -> None:
    """Complete and end the span that says what was sent. Never raises."""
    sent = None
    with health.guarded("sent"):
        sent = pending.sent.made(shared) if pending.sent is not None else None
    with health.guarded("departed"):
        spans.tell_departure(shared, span, parent, pending, session, sent)
    with health.guarded("end"):
        span.end(at)


def ended(
    turn: Turn, waiting: Pending | None, output: Content | None, seen: bool, at: int | None
) -> None:
    """Set what a turn received and what it handed on as its last attributes, and end it.

    ``waiting`` is a handoff of which no context was seen, ``seen`` whether the output is known:
    None is one, too. Never raises.
    """
    try:
        given = _given(turn)
        if given is not None and waiting is not None:
            arrived(turn, waiting, "explicit", given, at)
        made = None
        try:
            made = output.made(turn.runtime) if output is not None else None
        finally:
            sides = {names.CONTEXT_RECEIVED: given, names.CONTEXT_OUTPUT: made}
            spans.put(turn.runtime, turn.span, sides)
        if not seen or (output is not None and made is None):
            turn.hide()
        else:
            turn.session.remember(summary(turn.name, turn.span.get_span_context(), made))
    except Exception as error:
        health.failed("output", error)
        turn.hide()
    with health.guarded("end"):
        turn.span.end(at)


def unseen(turn: Turn) -> None:
    """End a turn that is not sampled: nothing is told of it. Never raises."""
    try:
        turn.hide()
        turn.span.end()
    except Exception as error:
        health.failed("end", error)
