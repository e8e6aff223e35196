"""A clock that stands still until it is told to go on."""

from __future__ import annotations


class Clock:
    """Call it for the time in seconds; `advance` makes time pass.

    >>> clock = Clock()
    >>> begun = clock()
    >>> clock.advance(5)
    >>> clock() - begun
    5.0
    """

    def __init__(self, now: float = 1_000_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        """Let time pass; it never goes back."""
        if seconds < 0:
            raise ValueError("time does not go back")
        self.now += seconds
