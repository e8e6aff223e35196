"""Where the current code stands: in which session, in which turn, under which handoff.

All of it lives in the OpenTelemetry context, so that it goes wherever spans go: into asyncio
tasks, copied contexts and threads that instrumentations carry the context into. Across processes
it travels as W3C baggage, beside the trace.

    baggage           intact.session.id  intact.journey.name
                      intact.handoff.id  .source.name  .target.name  .mode  .sequence
                      intact.key.id  .scope
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from opentelemetry import baggage, context
from opentelemetry.context import Context
from opentelemetry.trace import SpanContext

from intact.codec import attributes as names
from intact.model.measurement import Mode
from intact.trace import health
from intact.trace.memory import Finished, Session, Sessions

if TYPE_CHECKING:
    from intact.trace.content import Content
    from intact.trace.turn import Turn

_KEY: Final = context.create_key("intact-scope")
_SEQUENCE: Final = re.compile("[0-9]{1,9}")
_TRACE_SCOPE: Final = re.compile("trace:[0-9a-f]{32}")
_KEY_ID: Final = re.compile("[0-9a-f]{8}")
_LONGEST: Final = 256  # characters of one value taken from or put into baggage
_HANDOFF: Final = (
    names.HANDOFF_ID,
    names.SOURCE_NAME,
    names.TARGET_NAME,
    names.HANDOFF_MODE,
    names.HANDOFF_SEQUENCE,
)


class Pending(NamedTuple):
    """A handoff that has left its sender and looks for its receiver."""

    id: str
    source: str | None = None
    target: str | None = None
    mode: Mode = Mode.PASS_CONTROL
    sequence: int = 0
    link: SpanContext | None = None  # the sending turn, where it ran in this process
    sent: Content | None = None  # what was sent, where that is known in this process
    arrived: bool = False  # its arrival has been told already; the next turn is its receiver


def handed_by(sender: Finished, session: Session) -> Pending:
    """A handoff by a turn that has ended, as it is received."""
    number = session.next_sequence()
    return Pending(new_id(), source=sender.agent, sequence=number, link=sender.span)


def new_id() -> str:
    """An id for a handoff. From the system's chance: forked processes never share it."""
    return os.urandom(8).hex()


class Scope(NamedTuple):
    """What the library put into the OpenTelemetry context."""

    session: Session | None = None  # opened inside the turn, or where there is no turn
    turn: Turn | None = None
    pending: Pending | None = None  # of a handoff block in this process

    @property
    def current(self) -> Session | None:
        """The session that counts here; None where nobody opened one."""
        if self.session is not None:
            return self.session
        return self.turn.session if self.turn is not None else None


#: Where nothing of ours stands.
NOWHERE: Final = Scope()


def scope_of(ctx: Context) -> Scope:
    """What stands in a context; `NOWHERE` when nothing does."""
    found = ctx.get(_KEY)
    return found if isinstance(found, Scope) else NOWHERE


def with_scope(scope: Scope, ctx: Context) -> Context:
    """A context in which this scope stands."""
    return context.set_value(_KEY, scope, ctx)


#: What a context carries over processes, read once for all that ask for some of it.
Baggage = Mapping[str, object]
NO_BAGGAGE: Final[Baggage] = MappingProxyType({})


def session_of(scope: Scope, carried: Baggage, sessions: Sessions) -> Session | None:
    """The session of this place: opened here, or continued from another process's baggage."""
    if scope is not NOWHERE and scope.current is not None:
        return scope.current
    if not carried:
        return None
    id = _read(carried, names.INTACT_SESSION_ID)
    return sessions.by_id(id, _read(carried, names.JOURNEY_NAME)) if id else None


def session_id_of(ctx: Context) -> str | None:
    """The id of the session of this place, without making anything."""
    here = scope_of(ctx).current
    return here.id if here is not None else _read(baggage.get_all(ctx), names.INTACT_SESSION_ID)


def pending_of(scope: Scope, carried: Baggage) -> Pending | None:
    """The handoff under which this place stands; it may have been claimed already."""
    if scope.pending is not None:
        return scope.pending
    if not carried:
        return None
    id = _read(carried, names.HANDOFF_ID)
    if id is None:
        return None
    sequence = _read(carried, names.HANDOFF_SEQUENCE) or ""
    mode = _read(carried, names.HANDOFF_MODE)
    return Pending(
        id=id,
        source=_read(carried, names.SOURCE_NAME),
        target=_read(carried, names.TARGET_NAME),
        mode=Mode(mode) if mode in set(Mode) else Mode.PASS_CONTROL,
        sequence=int(sequence) if _SEQUENCE.fullmatch(sequence) else 0,
    )


def key_of(carried: Baggage) -> bytes | None:
    """The id of the key under which the sender fingerprints; None where it did not say."""
    told = _read(carried, names.KEY_ID) if carried else None
    return bytes.fromhex(told) if told is not None and _KEY_ID.fullmatch(told) else None


def told_scope(carried: Baggage) -> str | None:
    """What the sender tells its session apart by, where the session has no id.

    Never an id: those who can send baggage must not join the key of a session that has one.
    """
    told = _read(carried, names.KEY_SCOPE) if carried else None
    return told if told is not None and _TRACE_SCOPE.fullmatch(told) else None


def with_key(key_id: bytes, scope: str | None, ctx: Context) -> Context:
    """A context whose outgoing calls tell the key, so that a receiver that has it takes it."""
    return _carrying({names.KEY_ID: key_id.hex(), names.KEY_SCOPE: scope}, ctx)


def with_session(session: Session | None, ctx: Context) -> Context:
    """A context whose outgoing calls carry the session on."""
    if session is None:
        return ctx
    carried = {names.INTACT_SESSION_ID: session.id, names.JOURNEY_NAME: session.journey}
    return _carrying(carried, ctx)


def with_pending(pending: Pending, ctx: Context) -> Context:
    """A context whose outgoing calls carry a handoff."""
    carried = {
        names.HANDOFF_ID: pending.id,
        names.SOURCE_NAME: pending.source,
        names.TARGET_NAME: pending.target,
        names.HANDOFF_MODE: str(pending.mode),
        names.HANDOFF_SEQUENCE: str(pending.sequence),
    }
    return _carrying(carried, ctx)


def _carrying(carried: Mapping[str, str | None], ctx: Context) -> Context:
    for name, value in carried.items():
        if value is None:
            ctx = baggage.remove_baggage(name, ctx)
        elif len(value) <= _LONGEST:
            ctx = baggage.set_baggage(name, value, ctx)
        else:
            health.mistake("baggage_too_long", f"{name} is too long to travel to other processes")
    return ctx


def without_pending(ctx: Context, carried: Baggage) -> Context:
    """A context in which nobody claims the handoff a second time."""
    for name in _HANDOFF:
        if name in carried:
            ctx = baggage.remove_baggage(name, ctx)
    return ctx


def _read(carried: Baggage, name: str) -> str | None:
    """A value of baggage. Anybody can send baggage, so a senseless one is only counted."""
    value = carried.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > _LONGEST or not value.isprintable():
        health.ignored("baggage_unreadable", "baggage of another process could not be used")
        return None
    return value
