"""How much of one context is read, and how much of that is spent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from intact.model.fingerprint import Limit


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of one context is read. What lies beyond is marked in `Fingerprint.limits`."""

    depth: int = 32
    leaves: int = 20_000  # and containers
    characters: int = 256 * 1024  # of text that is read word by word
    documents: int = 4  # levels of JSON inside strings


class Spent(NamedTuple):
    """What reading a part of a context took."""

    nodes: int
    characters: int
    size: int  # an estimate of its bytes as compact JSON
    limit: Limit  # what was left out


class Budget:
    """What one walk spent of its limits."""

    __slots__ = ("characters", "limit", "limits", "nodes", "size")

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.nodes = 0
        self.characters = 0
        self.size = 0
        self.limit = Limit.NONE

    def full(self) -> bool:
        """Whether no more is to be read; what is left of a container then is not gone through."""
        if self.nodes < self.limits.leaves:
            return False
        self.limit |= Limit.LEAVES
        return True

    def has_room(self, spent: Spent) -> bool:
        """Whether a part can be read that took so much."""
        return (
            self.nodes + spent.nodes <= self.limits.leaves
            and self.characters + spent.characters <= self.limits.characters
        )

    def spend(self, spent: Spent) -> None:
        """Spend what reading a part took elsewhere."""
        self.nodes += spent.nodes
        self.characters += spent.characters
        self.size += spent.size
        self.limit |= spent.limit

    def begin(self) -> Spent:
        """Begin a part: what `end` wants back."""
        begun = Spent(self.nodes, self.characters, self.size, self.limit)
        self.limit = Limit.NONE
        return begun

    def end(self, begun: Spent) -> Spent:
        """End a part: what reading it took."""
        nodes, characters = self.nodes - begun.nodes, self.characters - begun.characters
        spent = Spent(nodes, characters, self.size - begun.size, self.limit)
        self.limit |= begun.limit
        return spent
