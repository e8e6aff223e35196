"""Paths as developers write them: ``order.id``, ``items[].sku``, ``items[0]``, ``['a.b'].c``.

Dots separate keys, ``[]`` is any item of a list, ``[n]`` one item, ``['…']`` a key that holds
dots. A path that names a container names everything in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

#: What a step of a real path is: a key, or the index of a list item.
Step = str | int

_STEP = re.compile(r"""\[(\d*)\] | \[(?:'([^']*)'|"([^"]*)")\] | ([^.\[\]]+)""", re.VERBOSE)
_CLEAR = re.compile(r"[A-Za-z_][\w-]{0,63}", re.ASCII)
_ANY = -1


class PartStep(str):
    """A step that is a part of a message, `@user[0]`: no key of the user's."""

    __slots__ = ()


class PathPattern:
    """A declared path, ready to be matched.

    Raises:
        ValueError: If the text is not a path.
    """

    __slots__ = ("steps", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.steps = _parse(text)

    def matches(self, path: Sequence[Step]) -> bool:
        """Whether the path is the declared one or lies below it.

        >>> PathPattern("items[].sku").matches(["items", 3, "sku"])
        True
        >>> PathPattern("order").matches(["order", "id"]), PathPattern("order").matches(["orders"])
        (True, False)
        """
        length = len(self.steps)
        return len(path) >= length and _same(self.steps, path[:length])

    def begins_with(self, path: Sequence[Step]) -> bool:
        """Whether the declared path lies below a real one."""
        steps = self.steps[: len(path)]
        return len(path) < len(self.steps) and _same(steps, path)

    def ends(self, path: Sequence[Step]) -> bool:
        """Whether a real path ends as the declared one says, wherever it begins."""
        last = len(path) - len(self.steps)
        return last >= 0 and _same(self.steps, path[last:])


class Redaction:
    """Paths of which nothing may be read, at any depth: ``ssn`` is every key of that name.

    Any depth, since the same part of a state stands deeper in a larger one, in the arguments of
    a tool and in JSON inside a text, and one place that was not thought of is one too many.

    >>> redaction = Redaction(["customer.ssn"])
    >>> redaction.covers(["state", "customer", "ssn"]), redaction.covers(["ssn"])
    (True, False)

    Raises:
        ValueError: If one of them is no path.
    """

    __slots__ = ("_by_last",)

    def __init__(self, paths: Sequence[str]) -> None:
        self._by_last: dict[Step, list[PathPattern]] = {}
        for pattern in map(PathPattern, paths):
            self._by_last.setdefault(pattern.steps[-1], []).append(pattern)

    def __bool__(self) -> bool:
        return bool(self._by_last)

    def covers(self, path: Sequence[Step]) -> bool:
        """Whether a redacted path ends here. What lies below is never come to."""
        if not path:
            return False
        last = path[-1]
        patterns = self._by_last.get(last, ())
        if isinstance(last, int):
            patterns = (*patterns, *self._by_last.get(_ANY, ()))
        return any(pattern.ends(path) for pattern in patterns)


def _same(steps: Sequence[Step], path: Sequence[Step]) -> bool:
    return all(
        isinstance(real, int) if step == _ANY else step == real
        for step, real in zip(steps, path, strict=True)
    )


def _parse(text: str) -> tuple[Step, ...]:
    steps: list[Step] = []
    at = 0
    stripped = text.strip()
    while at < len(stripped):
        if stripped[at] == "." and steps:
            at += 1
        match = _STEP.match(stripped, at)
        if match is None:
            break
        index, single, double, key = match.groups()
        if index is not None:
            steps.append(int(index) if index else _ANY)
        else:
            steps.append(next(part for part in (single, double, key) if part is not None))
        at = match.end()
    if not steps or at < len(stripped):
        raise ValueError(
            f"not a path: {text!r}. Keys are set off by dots, items stand in brackets: "
            "order.id, items[].sku"
        )
    return tuple(steps)


def path_text(steps: Sequence[Step]) -> str:
    """A path as it is declared.

    >>> path_text(["order", "a.b", -1, "id"])
    "order['a.b'][].id"
    """
    text = ""
    for step in steps:
        if isinstance(step, int):
            text += "[]" if step == _ANY else f"[{step}]"
        elif not step or set(step) & set(".[]"):
            text += f'["{step}"]' if "'" in step else f"['{step}']"
        else:
            text += f".{step}" if text else step
    return text


def name_of_key(key: str) -> str:
    """A key as it may be shown: itself when it looks like a field name, else ``*``.

    Keys can be content: ``{"dana@example.org": …}`` must not leave in the clear.

    >>> name_of_key("refund_by"), name_of_key("dana@example.org")
    ('refund_by', '*')
    """
    return key if _CLEAR.fullmatch(key) else "*"


def join(parent: str, key: str, inside_message: bool = False) -> str:
    """The name of a part: keys follow keys after a dot, and a message after a slash.

    >>> join("order", "id"), join("tool:lookup_order", "carrier", inside_message=True)
    ('order.id', 'tool:lookup_order/carrier')
    """
    if not parent:
        return key
    return f"{parent}/{key}" if inside_message else f"{parent}.{key}"
