"""Blocks that change where the current code stands, sync and async alike.

In: a context to attach.  Out: it is current inside the block, and the former one after it.
A block that fails to attach does nothing: the user's code runs all the same.
"""

from __future__ import annotations

from contextvars import Token
from types import TracebackType
from typing import Self

from opentelemetry import context
from opentelemetry.context import Context

from intact.trace import health


class Block:
    """A ``with`` and an ``async with`` block; may be entered again, not by two tasks at once."""

    def __init__(self) -> None:
        self._tokens: list[Token[Context]] = []

    def inside(self) -> Context | None:
        """What is to be current inside; None to leave it as it is."""
        raise NotImplementedError

    def enter(self, again: Context | None = None) -> None:
        """Make a context current: the one that was left before, or a new one."""
        inner = again
        try:
            inner = inner or self.inside()
        except Exception as error:
            health.failed(type(self).__name__, error)
        self._tokens.append(context.attach(context.get_current() if inner is None else inner))

    def __enter__(self) -> Self:
        self.enter()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        context.detach(self._tokens.pop())

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.__exit__(kind, error, traceback)
