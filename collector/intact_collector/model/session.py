"""Sessions, turns and handoffs as they are reported."""

from __future__ import annotations

from dataclasses import dataclass

from intact.model.measurement import Measurement, Mode, Origin
from intact_collector.model.span import KeyKind, SpanKey


@dataclass(frozen=True, slots=True)
class Turn:
    """One invocation of an agent. `key` is the identity, the name is a label."""

    key: SpanKey
    agent: str
    start: int  # Unix nanoseconds
    end: int
    ended: bool  # its own span has arrived
    dialect: str
    service: str | None = None
    service_version: str | None = None
    spans: tuple[SpanKey, ...] = ()  # the agent span(s), model calls and tools of this turn
    parent: SpanKey | None = None  # the turn inside which it ran
    root: bool = False  # starts a trace


@dataclass(frozen=True, slots=True)
class Edge:
    """A handoff as detected, before it is measured."""

    source: SpanKey  # turn keys
    target: SpanKey
    mode: Mode
    origin: Origin
    rule: str
    at: SpanKey  # the span to point at in a trace view
    time: int  # Unix nanoseconds: what the sender knew up to here counts
    id: str | None = None
    mark: SpanKey | None = None  # the span that carries payload or native fingerprints


@dataclass(frozen=True, slots=True)
class Handoff:
    """One measured handoff of a session."""

    index: int
    edge: Edge
    source: str
    target: str
    from_turn: int
    to_turn: int
    measurement: Measurement
    duration: float | None  # seconds from the sender letting go to the receiver starting
    service: str | None
    service_version: str | None
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """One user journey, as far as it is known."""

    session_id: str
    stitched_by: tuple[KeyKind, ...]
    journey: str | None
    traces: tuple[bytes, ...]
    spans: int
    dialects: tuple[str, ...]
    turns: tuple[Turn, ...]
    handoffs: tuple[Handoff, ...]
    start: int
    end: int
    retention: float | None
    interval: tuple[float, float] | None
    open: bool
    conversation_id: str | None = None
