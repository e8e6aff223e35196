"""`intact.session`: the turns inside are one user journey.

In: an id and a journey's name, if the user has them.  Out: a block, or a decorator.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from opentelemetry import context
from opentelemetry.context import Context

from intact.trace.block import Block
from intact.trace.calls import Bare, Frame, wrap
from intact.trace.memory import Session
from intact.trace.runtime import runtime
from intact.trace.scope import scope_of, with_scope

_F = TypeVar("_F", bound=Callable[..., Any])


class SessionBlock(Block):
    """A session that is open as long as the block is. As a decorator each call is its own."""

    def __init__(self, id: str | None, journey: str | None) -> None:
        super().__init__()
        self.id = str(id) if id is not None and id != "" else None
        self.journey = journey or None

    def inside(self) -> Context:
        ctx = context.get_current()
        if self.id is None:
            session = Session(journey=self.journey)
        else:
            session = runtime().sessions.by_id(self.id, self.journey)
        return with_scope(scope_of(ctx)._replace(session=session), ctx)

    def again(self) -> SessionBlock:
        """The same session, entered by somebody else."""
        return SessionBlock(self.id, self.journey)

    def __call__(self, function: _F) -> _F:
        """Open the session around each call; around each step of a generator."""

        def frame(*_: object) -> Frame:
            return _SessionFrame(SessionBlock(self.id, self.journey))

        return wrap(function, frame)  # type: ignore[return-value]


class _SessionFrame(Bare):
    """One call of a function that was decorated with a session."""

    def __init__(self, block: SessionBlock) -> None:
        self._block = block
        self._inner: Context | None = None

    def enter(self) -> None:
        self._block.enter(self._inner)

    def leave(self) -> None:
        self._inner = context.get_current()
        self._block.__exit__(None, None, None)


def session(id: str | None = None, *, journey: str | None = None) -> SessionBlock:
    """The turns inside are one session, whatever traces they are in.

    Without a session, turns that share a trace belong together; use one wherever a journey spans
    several traces or requests. A block (``with`` or ``async with``), or a decorator.

    Args:
        id: The user's own id of the journey, such as the conversation's: it is written on every
            span, and joins what several processes and requests tell. None is ever made up:
            without an id the session holds together the handoffs of this block alone.
        journey: A name for this kind of session, such as ``refund``: the same in code, charter,
            metric and alert.

    What turns hand over is remembered as hashes, for the last 64 turns of a session and the last
    256 sessions of a process.

    >>> import intact
    >>> with intact.session("user-journey-42", journey="refund") as opened:
    ...     opened.id
    'user-journey-42'
    """
    return SessionBlock(id, journey)
