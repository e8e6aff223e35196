"""The dialects that are known: those of this distribution, and those that others installed.

A package adds one by an entry point of the group `intact.dialects` that names a `Dialect`. It is
looked for once, when the collector starts. One that cannot be loaded is left out and told by name
(`Registry.broken`); the others work.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from intact_collector.dialects.dialect import Dialect
from intact_collector.dialects.raw import RawSpan

GROUP = "intact.dialects"

#: Scopes that one process may name before the answers are worked out anew.
_REMEMBERED = 4096


class EntryPoint(Protocol):
    """What `importlib.metadata` gives for an entry point."""

    @property
    def name(self) -> str: ...
    def load(self) -> object: ...


@dataclass(frozen=True, slots=True)
class Broken:
    """A dialect that was installed and could not be used."""

    name: str
    why: str


class Registry:
    """Which dialects read which scope. Of several the first whose mark fits reads a span."""

    def __init__(
        self,
        built_in: Sequence[Dialect],
        installed: Iterable[EntryPoint] = (),
        fallback: Dialect | None = None,
    ) -> None:
        self.broken: list[Broken] = []
        self.fallback = fallback
        self._exact: defaultdict[str, list[Dialect]] = defaultdict(list)
        self._prefixes: list[tuple[str, Dialect]] = []
        self._answers: dict[str, tuple[Dialect, ...]] = {}
        names: set[str] = set()
        for dialect in (*_loaded(installed, self.broken), *built_in):
            if dialect.name in names:
                self.broken.append(Broken(dialect.name, "another dialect has this name"))
                continue
            names.add(dialect.name)
            self._enter(dialect)
        self.names = tuple(sorted(names | ({fallback.name} if fallback is not None else set())))

    def _enter(self, dialect: Dialect) -> None:
        for scope in dialect.scopes:
            if scope.endswith("*"):
                self._prefixes.append((scope[:-1], dialect))
            else:
                self._exact[scope].append(dialect)

    def of(self, scope: str) -> tuple[Dialect, ...]:
        """The dialects of a scope: those that name it, then those of its longest prefix."""
        found = self._answers.get(scope)
        if found is None:
            if len(self._answers) >= _REMEMBERED:  # names come from outside
                self._answers.clear()
            fitting = [one for one in self._prefixes if scope.startswith(one[0])]
            fitting.sort(key=lambda one: -len(one[0]))
            exact = self._exact.get(scope, ())
            found = self._answers[scope] = (*exact, *(dialect for _, dialect in fitting))
        return found

    def choose(self, span: RawSpan) -> Dialect | None:
        """The dialect that reads a span: the first of its scope whose mark fits.

        The fallback reads what has its mark under whatever scope, also one whose own dialects
        know better what is none of theirs.
        """
        for dialect in self.of(span.scope):
            if _fits(dialect.marks, span):
                return dialect
        known = bool(self.of(span.scope))
        return self.fallback if not known and self.fallback and self.fallback.marks(span) else None


def _fits(mark: Callable[[RawSpan], bool], span: RawSpan) -> bool:
    try:
        return mark(span)
    except Exception:  # of an installed dialect: it has no say then
        return False


def _loaded(installed: Iterable[EntryPoint], broken: list[Broken]) -> list[Dialect]:
    found = []
    for point in sorted(installed, key=lambda one: one.name):
        try:
            loaded = point.load()
        except Exception as error:
            broken.append(Broken(point.name, f"{type(error).__name__}: {error}"))
            continue
        if isinstance(loaded, Dialect):
            found.append(loaded)
        else:
            broken.append(Broken(point.name, f"is a {type(loaded).__name__}, not a Dialect"))
    return found
