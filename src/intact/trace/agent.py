"""`@intact.agent`: whatever can be called becomes an agent whose turns are measured.

In: a function, method, class or other callable, and what the developer says of it.
Left to others: running it (`calls`), reading its arguments (`arguments`), the turn (`turn`).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar, overload

from intact.codec import attributes as names
from intact.trace import health
from intact.trace.arguments import Reader, Receives, Sends, picker, valid_paths
from intact.trace.calls import wrap
from intact.trace.turn import Agent, begin

_F = TypeVar("_F", bound=Callable[..., object])
_T = TypeVar("_T")


class Decorator(Protocol):
    """Gives back what it is given: same type, same signature, sync or async as before."""

    def __call__(self, target: _T, /) -> _T: ...


@overload
def agent(name: _F, /) -> _F: ...


@overload
def agent(
    name: str | None = None,
    *,
    receives: Receives = None,
    sends: Sends = None,
    must_keep: Sequence[str] = (),
    version: str | None = None,
    id: str | None = None,
    defer: bool | None = None,
) -> Decorator: ...


def agent(
    name: Any = None,
    *,
    receives: Receives = None,
    sends: Sends = None,
    must_keep: Sequence[str] = (),
    version: str | None = None,
    id: str | None = None,
    defer: bool | None = None,
) -> Any:
    """Mark an agent: each call is a turn, and what it is given and returns is fingerprinted.

    Works on functions, coroutines, generators, async generators, methods, `functools.partial`,
    objects with ``__call__`` and classes (whose ``__call__`` then is the agent). Values and
    exceptions pass through unchanged; nothing that fails in here reaches the agent.

    Two turns of one session, the second given what the first returned, are a handoff. So is a
    turn inside a turn, to be given back. The same agent going on is none.

    Args:
        name: What the agent is called everywhere; the function's name by default.
        receives: Which part of the call is the context: an argument's name, several, or a
            function of the named arguments. By default all that were given, ``self`` left out.
        sends: Which part of the result is handed on: a key or attribute, or a function of the
            result. By default all of it; of a generator, what it yielded.
        must_keep: Paths of facts that have to survive every handoff from here on, such as
            ``order.id`` or ``items[].sku``; relative to the one argument, or starting with the
            argument's name where there are several.
        version: The agent's version, to tell releases apart.
        id: The agent's id, where it has one besides its name.
        defer: Whether to fingerprint off the agent's path, in a thread of the library's own; as
            the setting ``defer`` says by default.

    Costs a span and two fingerprints a call: some tens of microseconds for a context that was
    seen before, more for each new sentence (see `benchmarks`). Deferred, it costs the span and
    two JSON serialisations; the rest is done meanwhile, and the span ends when it is done, with
    the time at which the turn ended. A call whose span is not sampled costs little more than that
    span: nothing is walked.

    A generator's turn begins with its first step, in the session that is open at that moment,
    and lasts until it ends or is closed.

    >>> import intact
    >>> @intact.agent("triage", must_keep=["order.id"])
    ... def triage(context: dict) -> dict:
    ...     return {**context, "queue": "billing"}
    >>> triage({"order": {"id": "A-1042"}})["queue"]
    'billing'
    """
    if name is not None and not isinstance(name, str):
        return _mark(name, None, None, None, (), {}, None)
    declared = valid_paths(must_keep, "must_keep")
    attributes = {names.GEN_AI_AGENT_ID: id, names.GEN_AI_AGENT_VERSION: version}
    told = {key: str(value) for key, value in attributes.items() if value is not None}

    def decorate(target: Any) -> Any:
        return _mark(target, name, receives, sends, declared, told, defer)

    return decorate


def _mark(
    target: Any,
    name: str | None,
    receives: Receives,
    sends: Sends,
    must_keep: tuple[str, ...],
    attributes: dict[str, str],
    defer: bool | None,
) -> Any:
    def wrapped(function: Callable[..., Any], bound: bool = False) -> Callable[..., Any]:
        known = name or _name_of(target)
        own = {names.GEN_AI_OPERATION_NAME: names.INVOKE_AGENT, names.GEN_AI_AGENT_NAME: known}
        span_name = f"{names.INVOKE_AGENT} {known}"
        reader = Reader(function, receives, bound)
        told = {**own, **attributes}
        agent = Agent(known, reader, picker(sends), must_keep, told, span_name, defer)
        return wrap(function, functools.partial(begin, agent))

    if isinstance(target, classmethod):
        return classmethod(wrapped(target.__func__, bound=True))
    if isinstance(target, staticmethod):
        return staticmethod(wrapped(target.__func__))
    if isinstance(target, type):
        call = next(
            (k.__dict__["__call__"] for k in target.__mro__ if "__call__" in k.__dict__), None
        )
        if call is None:
            health.mistake("agent", "a class without __call__ was marked as an agent")
        else:
            setattr(target, "__call__", wrapped(call, bound=True))  # noqa: B010
        return target
    if not callable(target):
        health.mistake("agent", "something that cannot be called was marked as an agent")
        return target
    return wrapped(target)


def _name_of(target: Any) -> str:
    while isinstance(target, functools.partial):
        target = target.func
    function = getattr(target, "__func__", target)
    return getattr(function, "__name__", None) or type(target).__name__
