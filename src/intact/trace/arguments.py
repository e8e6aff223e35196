"""Which part of a call is the context that an agent is given, and what it hands on.

In: what the developer said of it (``receives=``, ``sends=``) and one call.  Out: the context to
fingerprint, with the declared paths as they stand in it.
Arguments that are left at their default are no context: nobody handed them over.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from intact.fingerprint.paths import PathPattern
from intact.trace import health

#: What ``receives=`` may be: an argument's name, several, or a function of the named arguments.
Receives = str | Sequence[str] | Callable[[dict[str, Any]], object] | None

#: What ``sends=`` may be: a key (or attribute) of the result, or a function of it.
Sends = str | Callable[[Any], object] | None


class Given(NamedTuple):
    """The context of one call."""

    context: object
    arguments: Mapping[str, object] | None  # by name, where the context holds several of them

    def paths(self, declared: Sequence[str]) -> tuple[str, ...]:
        """Declared paths as they stand in this context.

        Where there are several arguments a path starts with the argument's name. One that does
        not is meant for the argument that has such a part, if any has.
        """
        if self.arguments is None:
            return tuple(declared)
        return tuple(self._at(path, self.arguments) for path in declared)

    @staticmethod
    def _at(path: str, arguments: Mapping[str, object]) -> str:
        first = _first(path)
        if first in arguments:
            return path
        for name, value in arguments.items():
            if (isinstance(value, Mapping) and first in value) or (
                isinstance(first, str) and first in getattr(value, "__dict__", ())
            ):
                return f"{name}{path}" if path.startswith("[") else f"{name}.{path}"
        return path

    def without_content(self) -> Given:
        """The names of the arguments alone: all that is needed once the context was taken in."""
        return (
            NO_ARGUMENTS if self.arguments is None else Given(None, dict.fromkeys(self.arguments))
        )

    def output_paths(self, declared: Sequence[str]) -> tuple[str, ...]:
        """Declared paths as they stand in what the agent returns: without the argument's name."""
        if self.arguments is None:
            return tuple(declared)
        return tuple(self._below(path, self.arguments) for path in declared)

    @staticmethod
    def _below(path: str, arguments: Mapping[str, object]) -> str:
        first = _first(path)
        if first not in arguments or not path.startswith(str(first)):
            return path
        return path[len(str(first)) :].lstrip(".") or path


#: Nothing was read: paths start where the context does.
NO_ARGUMENTS: Final = Given(None, None)


class Reader:
    """Takes the context out of a call, by the signature of the function."""

    def __init__(self, function: Callable[..., object], receives: Receives, bound: bool) -> None:
        """Read the signature once.

        Args:
            function: What is called.
            receives: What the developer said.
            bound: Whether the first argument is an instance or a class, whatever its name.
        """
        self._signature = _signature(function)
        names = [] if self._signature is None else list(self._signature.parameters)
        self._skip = 1 if names and (bound or names[0] in {"self", "cls"}) else 0
        self._positional = _positional(self._signature)
        self._choose = receives if callable(receives) else None
        wanted = (receives,) if isinstance(receives, str) else receives
        self._wanted = None if wanted is None or callable(wanted) else tuple(wanted)
        self._check(names)

    def _check(self, names: Sequence[str]) -> None:
        if self._wanted is None or self._signature is None:
            return
        kinds = {parameter.kind for parameter in self._signature.parameters.values()}
        missing = [name for name in self._wanted if name not in names]
        if missing and inspect.Parameter.VAR_KEYWORD not in kinds:
            health.mistake("receives", f"receives= names no argument of the agent: {missing}")
            self._wanted = tuple(name for name in self._wanted if name in names) or None

    def read(self, args: tuple[object, ...], kwargs: dict[str, object]) -> Given:
        """The context of one call.

        Raises:
            Exception: Whatever the developer's own ``receives=`` raises, and TypeError for a
                call that the function will refuse, too.
        """
        if self._choose is not None:
            return Given(self._choose(self._named(args, kwargs, defaults=True)), None)
        given = self._named(args, kwargs, defaults=False)
        if self._wanted is not None:
            given = {name: given[name] for name in self._wanted if name in given}
            if len(self._wanted) == 1:
                return Given(next(iter(given.values()), None), None)
        elif len(given) == 1:
            return Given(next(iter(given.values())), None)
        return Given(given, given)

    def _named(
        self, args: tuple[object, ...], kwargs: dict[str, object], *, defaults: bool
    ) -> dict[str, object]:
        if not kwargs and not defaults and len(args) <= len(self._positional):
            return dict(zip(self._positional[self._skip :], args[self._skip :], strict=False))
        if self._signature is None:
            return {f"argument{index}": value for index, value in enumerate(args)} | kwargs
        bound = self._signature.bind(*args, **kwargs)
        if defaults:
            bound.apply_defaults()
        named = dict(bound.arguments)
        for parameter in list(self._signature.parameters.values())[: self._skip]:
            named.pop(parameter.name, None)
        for parameter in self._signature.parameters.values():
            if parameter.kind is inspect.Parameter.VAR_KEYWORD and parameter.name in named:
                named |= named.pop(parameter.name)
        return named


def picker(sends: Sends) -> Callable[[Any], object] | None:
    """How to take what is handed on out of a result; None takes all of it."""
    if sends is None or callable(sends):
        return sends

    def pick(result: Any) -> object:
        return result[sends] if isinstance(result, Mapping) else getattr(result, sends)

    return pick


def valid_paths(paths: str | Iterable[str], kind: str) -> tuple[str, ...]:
    """Paths that can be read; others are counted, since one bad path must not void the rest."""
    valid = []
    for path in (paths,) if isinstance(paths, str) else paths:
        try:
            PathPattern(path)
        except (ValueError, TypeError, AttributeError):
            health.mistake(f"{kind}_path", f"a path given to {kind} is none: see order.id, items[]")
        else:
            valid.append(path)
    return tuple(valid)


def _first(path: str) -> str | int:
    try:
        return PathPattern(path).steps[0]
    except ValueError:
        return path


def _signature(function: Callable[..., object]) -> inspect.Signature | None:
    try:
        return inspect.signature(function)
    except (ValueError, TypeError):  # some built-in callables have none
        return None


def _positional(signature: inspect.Signature | None) -> tuple[str, ...]:
    """Names of the arguments that can be given by position, where nothing else can be."""
    if signature is None:
        return ()
    by_position = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    parameters = signature.parameters.values()
    return tuple(parameter.name for parameter in parameters if parameter.kind in by_position)
