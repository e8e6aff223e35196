"""Open spans, by trace, and traces that may be one session, by cluster.

The values only: a `Pool` never changes. How spans come and go is in `joining`; which turns of a
cluster really are one session is up to `stitch`.

Two traces are in one cluster when a span of one has a session key, or a link, that leads to the
other. A cluster therefore holds whole sessions, sometimes several, and never a part of one
(apart from guesses, which join clusters once they are decided).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

from intact.model.measurement import Measurement
from intact_collector.model.session import Edge, Turn
from intact_collector.model.span import ReducedSpan, SpanKey
from intact_collector.sessions.clue import Clue
from intact_collector.sessions.stitch import Group, Pin
from intact_collector.sessions.table import Table

#: Leads to a cluster: (trace id,), (scope, kind, value) or (scope, "handoff", id).
Token = tuple[str | bytes | int, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of one session is kept; what comes beyond is counted as ``evicted``."""

    spans: int = 10_000
    bytes: int = 16 << 20


class Memo:
    """What was derived from an immutable value, so that it is derived once.

    Filling it changes nothing that can be seen, and two threads that fill it fill in the same.
    """

    __slots__ = ("clues", "measured", "turns")

    def __init__(self) -> None:
        self.turns: tuple[Turn, ...] | None = None
        self.clues: tuple[tuple[Group, Clue], ...] | None = None
        self.measured: dict[object, tuple[tuple[Edge, Measurement], ...]] = {}


@dataclass(frozen=True, slots=True)
class Trace:
    """The spans of one trace that have arrived."""

    id: bytes
    spans: Mapping[SpanKey, ReducedSpan] = field(default_factory=dict)
    size: int = 0
    seen: float = 0.0  # when the last span arrived
    tokens: frozenset[Token] = frozenset()
    charges: Mapping[Token, tuple[int, int]] = field(default_factory=dict)  # spans, bytes


@dataclass(frozen=True, slots=True)
class Watch:
    """A handoff that may still change, and since when it has not."""

    target: SpanKey
    measurement: Measurement
    since: float
    ripe: bool = False  # whether waiting alone can settle it


@dataclass(frozen=True, slots=True)
class Settled:
    """A handoff that was counted. Nothing in it changes any more."""

    edge: Edge
    source: str
    target: str
    measurement: Measurement
    duration: float | None
    service: str | None
    service_version: str | None


@dataclass(frozen=True, slots=True)
class Cluster:
    """Traces that may be one session, and what became of their handoffs so far."""

    id: int
    traces: frozenset[bytes]
    due: float | None = None  # when it is looked at next
    looked: float | None = None  # when it was looked at last
    alarm: float | None = None  # when it may have gone idle
    fresh: frozenset[SpanKey] = frozenset()  # arrived since it was looked at
    pins: frozenset[Pin] = frozenset()
    decided: frozenset[SpanKey] = frozenset()  # opening turns whose guess was made, or refused
    watched: Mapping[str, Watch] = field(default_factory=dict)
    settled: Mapping[str, Settled] = field(default_factory=dict)
    memo: Memo = field(default_factory=Memo, compare=False, repr=False)
    written: list[bytes] = field(default_factory=list, init=False, compare=False, repr=False)
    """How `frozen` wrote it: kept, since few clusters change between two writes of all."""


@dataclass(frozen=True, slots=True)
class Tombstones:
    """Traces of closed sessions, in two generations so that forgetting is cheap.

    Of each a hash of 8 bytes: there are many, and all are written down with every change.
    """

    young: Table[bytes, None] = field(default_factory=Table)
    old: Table[bytes, None] = field(default_factory=Table)
    since: float = 0.0  # when the young generation began

    def __contains__(self, trace: bytes) -> bool:
        name = _short(trace)
        return name in self.young or name in self.old

    def bury(self, traces: Iterable[bytes], now: float, keep: float, limit: int) -> Tombstones:
        """Remember traces for at least ``keep`` seconds, unless more than ``limit`` follow."""
        young, old, since = self.young, self.old, self.since
        if now - since >= keep or len(young) >= limit:
            young, old, since = Table[bytes, None](), young, now
        draft = young.draft()
        for trace in traces:
            draft[_short(trace)] = None
        return Tombstones(draft.done(), old, since)


@dataclass(frozen=True, slots=True)
class Pool:
    """All that is open."""

    traces: Table[bytes, Trace] = field(default_factory=Table)
    clusters: Table[int, Cluster] = field(default_factory=Table)
    index: Table[Token, int] = field(default_factory=Table)
    charges: Table[Token, tuple[int, int]] = field(default_factory=Table)
    size: int = 0
    next_id: int = 1


def _short(trace: bytes) -> bytes:
    return blake2b(trace, digest_size=8).digest()
