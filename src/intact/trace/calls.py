"""The user's code runs inside a frame, whatever kind of function it is.

In: a function, and how to open a frame for one call of it.  Out: a function of the same kind with
the same signature. A plain function and a coroutine enter the frame once. A generator enters it
for each step and leaves it while it stands still, so that its consumer's spans are never put below
the agent's. Values and exceptions pass through unchanged, those that are no `Exception` included.
Left to others: what a frame does (`turn`, `session`).
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Generator
from types import AsyncGeneratorType, CoroutineType, GeneratorType
from typing import Any, Final, Protocol


class Frame(Protocol):
    """What surrounds one call. None of its methods raises."""

    def enter(self) -> None:
        """The code runs, or goes on."""

    def leave(self) -> None:
        """The code stands still; called after each `enter`, before what follows here."""

    def said(self, item: object) -> None:
        """A generator yielded something."""

    def ended(self, returned: object) -> None:
        """A generator ended, or its consumer has had enough."""

    def finish(self, result: object) -> None:
        """The code returned."""

    def fail(self, error: BaseException) -> None:
        """The code raised."""


class Bare:
    """A frame that does nothing: the code runs as if nobody looked."""

    def enter(self) -> None:
        pass

    def leave(self) -> None:
        pass

    def said(self, item: object) -> None:
        pass

    def ended(self, returned: object) -> None:
        pass

    def finish(self, result: object) -> None:
        pass

    def fail(self, error: BaseException) -> None:
        pass


BARE: Final = Bare()

_LATER: Final = (CoroutineType, GeneratorType, AsyncGeneratorType)

#: Opens the frame of one call; must not raise.
Open = Callable[[tuple[Any, ...], dict[str, Any]], Frame]


def wrap(function: Callable[..., Any], open_frame: Open) -> Callable[..., Any]:
    """The same function, each call of it in a frame."""
    make = _plain
    if inspect.isasyncgenfunction(function):
        make = _async_generator
    elif inspect.isgeneratorfunction(function):
        make = _generator
    elif inspect.iscoroutinefunction(function):
        make = _coroutine
    return functools.wraps(function)(make(function, open_frame))


def _plain(function: Callable[..., Any], open_frame: Open) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        frame = open_frame(args, kwargs)
        frame.enter()
        try:
            result = function(*args, **kwargs)
        except BaseException as error:
            frame.leave()
            frame.fail(error)
            raise
        frame.leave()
        return _returned(frame, result)

    return call


def _returned(frame: Frame, result: Any) -> Any:
    """A function may return what does the work only later: its frame then lasts as long."""
    if not isinstance(result, _LATER):
        frame.finish(result)
        return result
    if inspect.iscoroutine(result):
        return _await(frame, result)
    make = _generator if inspect.isgenerator(result) else _async_generator
    return make(lambda: result, lambda *_: frame)()


def _coroutine(function: Callable[..., Any], open_frame: Open) -> Callable[..., Any]:
    async def call(*args: Any, **kwargs: Any) -> Any:
        frame = open_frame(args, kwargs)
        frame.enter()
        try:
            result = await function(*args, **kwargs)
        except BaseException as error:
            frame.leave()
            frame.fail(error)
            raise
        frame.leave()
        frame.finish(result)
        return result

    return call


async def _await(frame: Frame, work: Coroutine[Any, Any, Any]) -> Any:
    frame.enter()
    try:
        result = await work
    except BaseException as error:
        frame.leave()
        frame.fail(error)
        raise
    frame.leave()
    frame.finish(result)
    return result


def _generator(function: Callable[..., Any], open_frame: Open) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        frame = open_frame(args, kwargs)
        steps = function(*args, **kwargs)
        advance: Callable[[], Any] = functools.partial(next, steps)
        while True:
            frame.enter()
            try:
                item = advance()
            except StopIteration as stop:
                frame.leave()
                frame.ended(stop.value)
                return stop.value
            except BaseException as error:
                frame.leave()
                frame.fail(error)
                raise
            frame.leave()
            frame.said(item)
            try:
                sent = yield item
            except GeneratorExit:
                _shut(frame, steps)
                raise
            except BaseException as error:
                advance = functools.partial(steps.throw, error)
            else:
                advance = functools.partial(steps.send, sent)

    return call


def _shut(frame: Frame, steps: Generator[Any, Any, Any]) -> None:
    frame.enter()
    try:
        steps.close()
    except BaseException as error:
        frame.leave()
        frame.fail(error)
        raise
    frame.leave()
    frame.ended(None)


def _async_generator(function: Callable[..., Any], open_frame: Open) -> Callable[..., Any]:
    async def call(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
        frame = open_frame(args, kwargs)
        steps = function(*args, **kwargs)
        advance: Awaitable[Any] = steps.__anext__()
        while True:
            frame.enter()
            try:
                item = await advance
            except StopAsyncIteration:
                frame.leave()
                frame.ended(None)
                return
            except BaseException as error:
                frame.leave()
                frame.fail(error)
                raise
            frame.leave()
            frame.said(item)
            try:
                sent = yield item
            except GeneratorExit:
                await _shut_async(frame, steps)
                raise
            except BaseException as error:
                advance = steps.athrow(error)
            else:
                advance = steps.asend(sent)

    return call


async def _shut_async(frame: Frame, steps: AsyncGenerator[Any, Any]) -> None:
    frame.enter()
    try:
        await steps.aclose()
    except BaseException as error:
        frame.leave()
        frame.fail(error)
        raise
    frame.leave()
    frame.ended(None)
