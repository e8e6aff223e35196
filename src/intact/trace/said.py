"""What a generator has yielded, as one output."""

from __future__ import annotations

from typing import Any, Final

from intact.trace import health

_MOST_ITEMS: Final = 10_000
_MOST_CHARACTERS: Final = 1 << 20


class Said:
    """Collects up to 10,000 items or a million characters; lives as long as the generator runs."""

    __slots__ = ("_characters", "_items")

    def __init__(self) -> None:
        self._items: list[Any] = []
        self._characters = 0

    def add(self, item: Any) -> None:
        self._characters += len(item) if isinstance(item, str) else 0
        if len(self._items) >= _MOST_ITEMS or self._characters > _MOST_CHARACTERS:
            health.ignored("output_cut", "a generator yielded more than is remembered")
        else:
            self._items.append(item)

    def whole(self, returned: object) -> object:
        """All of it. Pieces of a text are one text: values are split across them.

        >>> said = Said()
        >>> said.add("Refund of $12"); said.add("9.90 approved.")
        >>> said.whole(None)
        'Refund of $129.90 approved.'
        """
        if not self._items:
            return returned
        whole: object = self._items
        if all(isinstance(item, str) for item in self._items):
            whole = "".join(self._items)
            return whole if returned is None else [whole, returned]
        return whole if returned is None else [*self._items, returned]
