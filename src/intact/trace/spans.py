"""The spans that tell of a handoff, as `docs/decisions/0001-walls.md` lists them.

In: who handed what to whom.  Out: spans that end at once, so that a loss is visible while the
receiving agent still works.
Left to others: the span of a turn itself (`turn`), and who the sender was (`memory`, `scope`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from opentelemetry.context import Context
from opentelemetry.trace import Link, Span, SpanContext, Tracer

from intact.codec import attributes as names
from intact.model.fingerprint import Fingerprint
from intact.trace.memory import Session
from intact.trace.runtime import Runtime
from intact.trace.scope import Pending

_SIDES: Final = (names.CONTEXT_RECEIVED, names.CONTEXT_SENT, names.CONTEXT_OUTPUT)
_SIZES: Final = {side: names.size_of(side) for side in _SIDES}


def session_attributes(session: Session | None) -> dict[str, str]:
    """The session's name in every spelling that backends group by; nothing is made up."""
    found: dict[str, str] = {}
    if session is not None and session.id is not None:
        found[names.INTACT_SESSION_ID] = session.id
        found[names.SESSION_ID] = session.id
        found[names.GEN_AI_CONVERSATION_ID] = session.id
    if session is not None and session.journey is not None:
        found[names.JOURNEY_NAME] = session.journey
    return found


def put(shared: Runtime, span: Span, sides: Mapping[str, Fingerprint | None]) -> None:
    """Set what may leave of fingerprints on a span, of those that there are; to be called last.

    Beyond its count limit the SDK drops what was set first. A length limit cuts the text, which
    shows by the size beside it. All in one call, since an SDK locks for each.
    """
    attributes: dict[str, str | int] = {}
    for side, fingerprint in sides.items():
        if fingerprint is not None:
            text, size = shared.encoded(fingerprint)
            attributes[_SIZES[side]] = size
            attributes[side] = text
    span.set_attributes(attributes)


def start_handoff(
    tracer: Tracer,
    ctx: Context,
    target: str | None,
    link: SpanContext | None = None,
    at: int | None = None,
) -> Span:
    """Start to tell of a handoff; to be completed by one of the two below, and ended."""
    name = "handoff" if target is None else f"handoff {target}"
    return tracer.start_span(name, context=ctx, links=_links(link), start_time=at)


def tell_arrival(
    shared: Runtime,
    span: Span,
    pending: Pending,
    *,
    rule: str,
    target: str | None,
    session: Session | None,
    received: Fingerprint,
) -> None:
    """What a handoff carried, as its receiver saw it; the parent is the receiving turn."""
    span.set_attributes(_said(pending, rule, target, session))
    sent = pending.sent.fingerprint if pending.sent is not None else None
    if sent is not None and sent.root == received.root and sent.pruned == received.pruned:
        sent = None
    put(shared, span, {names.CONTEXT_SENT: sent, names.CONTEXT_RECEIVED: received})


def tell_departure(
    shared: Runtime,
    span: Span,
    parent: SpanContext,
    pending: Pending,
    session: Session | None,
    sent: Fingerprint | None,
) -> None:
    """What the sender passed on, before anybody received it; a link unless it is the parent."""
    span.set_attributes(_said(pending, "explicit", pending.target, session))
    if pending.link != parent:
        for link in _links(pending.link):
            span.add_link(link.context)
    put(shared, span, {names.CONTEXT_SENT: sent})


def tell_context(
    shared: Runtime,
    ctx: Context,
    agent: str,
    session: Session | None,
    received: Fingerprint,
    at: int | None,
) -> None:
    """What an open turn was given, so that the known side is there while it still works."""
    span = shared.tracer().start_span(f"context {agent}", context=ctx, start_time=at)
    try:
        if span.is_recording():
            span.set_attributes({names.GEN_AI_AGENT_NAME: agent, **session_attributes(session)})
            put(shared, span, {names.CONTEXT_RECEIVED: received})
    finally:
        span.end(at)


def _links(sender: SpanContext | None) -> list[Link]:
    """A turn that was not sampled has left no span to point at."""
    return [Link(sender)] if sender is not None and sender.trace_flags.sampled else []


def _said(
    pending: Pending, rule: str, target: str | None, session: Session | None
) -> dict[str, str | int]:
    attributes: dict[str, str | int] = {
        names.HANDOFF_ID: pending.id,
        names.HANDOFF_MODE: str(pending.mode),
        names.HANDOFF_RULE: rule,
        names.HANDOFF_SEQUENCE: pending.sequence,
        **session_attributes(session),
    }
    if pending.source is not None:
        attributes[names.SOURCE_NAME] = pending.source
    if target is not None:
        attributes[names.TARGET_NAME] = target
    return attributes
