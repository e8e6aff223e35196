"""What `pipeline.step` asks its host to do. Hosts carry effects out; they decide nothing."""

from __future__ import annotations

from dataclasses import dataclass

from intact_collector.model.session import Handoff, Session
from intact_collector.model.span import SpanKey


@dataclass(frozen=True, slots=True)
class HandoffSettled:
    """Count this handoff, once. `handoff_key` is stable over restarts and re-deliveries."""

    handoff_key: str
    session_id: str
    conversation_id: str | None
    journey: str | None
    handoff: Handoff


@dataclass(frozen=True, slots=True)
class SessionClosed:
    """The session went idle; its number is final."""

    session_key: str
    session: Session


@dataclass(frozen=True, slots=True)
class Discarded:
    """Spans that leave without being measured, with the reason that is also a counter."""

    reason: str  # late | duplicate | evicted | …
    count: int


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Spans of closed sessions that the host may drop from the journal."""

    spans: tuple[SpanKey, ...]


Effect = HandoffSettled | SessionClosed | Discarded | Forgotten
