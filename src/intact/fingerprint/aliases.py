"""Declared aliases: one path, and what else it is called.

``{"order.id": "orderId"}`` says that what one agent keeps at `order.id` another calls `orderId`.
Both then have the path, the name and the key of the first. A value that tells something is found
under any key; aliases are for those that mean something only with theirs (`true`, `3`, `open`), and
for what is to be called the same in every report.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from intact.fingerprint.paths import PathPattern, Step, path_text


class Renamed(NamedTuple):
    """A key that is an alias: how many of the steps above go with it, and the path instead."""

    above: int
    steps: tuple[Step, ...]


class Aliases:
    """Aliases, ready to be looked up. Equal ones are equal, so that fingerprints can be cached.

    An alias counts wherever a path ends with it: `orderId` also in `context.orderId`, which then
    is `context.order.id`.

    Raises:
        ValueError: If a path is none, or one alias is said to be of two paths.
    """

    __slots__ = ("_by_key", "_declared")

    def __init__(self, declared: Mapping[str, str | Iterable[str]]) -> None:
        self._by_key: dict[str, list[tuple[tuple[Step, ...], tuple[Step, ...]]]] = {}
        meant: dict[tuple[Step, ...], tuple[Step, ...]] = {}
        for path, others in declared.items():
            steps = PathPattern(path).steps
            for other in (others,) if isinstance(others, str) else others:
                alias = PathPattern(other).steps
                if meant.setdefault(alias, steps) != steps:
                    raise ValueError(f"{other!r} is said to be two paths")
                if not isinstance(alias[-1], str) or not all(isinstance(s, str) for s in steps):
                    raise ValueError(f"an alias ends with a key, and of a path of keys: {other!r}")
                self._by_key.setdefault(alias[-1], []).append((alias[:-1], steps))
        for known in self._by_key.values():
            known.sort(key=lambda one: -len(one[0]))  # the longest alias that fits
        self._declared = frozenset(meant.items())

    def __bool__(self) -> bool:
        return bool(self._declared)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Aliases) and self._declared == other._declared

    def __hash__(self) -> int:
        return hash(self._declared)

    def find(self, above: Sequence[Step], key: str) -> Renamed | None:
        """What a key below other steps is an alias of; None when it is none."""
        for before, steps in self._by_key.get(key, ()):
            if (*above[max(0, len(above) - len(steps) + 1) :], key) == steps:
                return None  # of what is called so already, the alias is the last part
            if len(before) <= len(above) and _fits(before, above[len(above) - len(before) :]):
                return Renamed(len(before), steps)
        return None

    def rename(self, path: str) -> str:
        """A declared path as it is called here; text that is no path comes back as it is.

        >>> Aliases({"order.id": "orderId"}).rename("context.orderId")
        'context.order.id'
        """
        try:
            steps = PathPattern(path).steps
        except ValueError:
            return path
        renamed: list[Step] = []
        for step in steps:
            found = self.find(renamed, step) if isinstance(step, str) else None
            if found is None:
                renamed.append(step)
            else:
                renamed[len(renamed) - found.above :] = found.steps
        return path if tuple(renamed) == steps else path_text(renamed)


def _fits(pattern: Sequence[Step], steps: Sequence[Step]) -> bool:
    """Whether steps are those of an alias; `[]` is any item."""
    return all(
        isinstance(real, int) and step in (-1, real) if isinstance(step, int) else step == real
        for step, real in zip(pattern, steps, strict=True)
    )


#: No aliases.
NONE = Aliases({})
