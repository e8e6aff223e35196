"""A session as a JSON document: the shape that `docs/reference` promises.

In: `Session`s.  Out: plain dicts, lists, strings and numbers; ``None`` wherever something was not
measured. A key that is there never leaves; new ones may come.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from intact.model.facts import Outcome
from intact.model.measurement import AlikeFact, Interval, ListChange, LostFact
from intact_collector.model.session import Handoff, Session, Turn

#: A session or a part of one, ready for JSON.
Document = dict[str, Any]

_SECOND = 1_000_000_000
_CAP_WITH_LOST_MUST_KEEP = 60


def to_json(sessions: Iterable[Session]) -> Document:
    """All of a report."""
    return {"intact": own_version(), "sessions": [document(session) for session in sessions]}


def to_bytes(session: Session) -> bytes:
    """One session as the store keeps it."""
    return json.dumps(document(session), ensure_ascii=False, separators=(",", ":")).encode()


def own_version() -> str:
    """The version of the installed distribution."""
    try:
        return version("intact")
    except PackageNotFoundError:
        return "unknown"


def document(session: Session) -> Document:
    """One session."""
    return {
        "session_id": session.session_id,
        "stitched_by": [kind.name.lower() for kind in session.stitched_by],
        "conversation_id": session.conversation_id,
        "journey": session.journey,
        "open": session.open,
        "provisional": session.open or not all(one.settled for one in session.handoffs),
        "start": rfc3339(session.start),
        "end": rfc3339(session.end),
        "traces": len(session.traces),
        "trace_ids": [trace.hex() for trace in session.traces],
        "spans": session.spans,
        "dialects": list(session.dialects),
        "turns": [_turn(index, turn) for index, turn in enumerate(session.turns)],
        "handoffs": [_handoff(one, session) for one in session.handoffs],
        "retention": session.retention,
        "interval": None if session.interval is None else list(session.interval),
        "half_life": None,
        "score": score(session),
        "resets": [],
        "recovered": [],
    }


def score(session: Session) -> int | None:
    """How much of what mattered survived, 0 to 100; None when nothing was measured.

    The retention of the session in percent, and at most 60 once a must-keep fact was lost.
    """
    if session.retention is None:
        return None
    whole = round(100 * session.retention)
    lost = any(fact.must_keep for one in session.handoffs for fact in one.measurement.lost)
    return min(whole, _CAP_WITH_LOST_MUST_KEEP) if lost else whole


def rfc3339(nanoseconds: int) -> str:
    """A time as RFC 3339 in UTC, to the microsecond.

    >>> rfc3339(1_700_000_000_123_456_789)
    '2023-11-14T22:13:20.123456Z'
    """
    seconds, rest = divmod(nanoseconds, _SECOND)
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        moment = datetime.fromtimestamp(0, UTC)  # a clock that is off by centuries
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{rest // 1000:06}Z"


def _turn(index: int, turn: Turn) -> Document:
    return {
        "index": index,
        "agent": turn.agent,
        "start": rfc3339(turn.start),
        "end": rfc3339(turn.end),
        "ended": turn.ended,
        "dialect": turn.dialect,
        "service": turn.service,
        "service_version": turn.service_version,
    }


def _handoff(handoff: Handoff, session: Session) -> Document:
    edge, found = handoff.edge, handoff.measurement
    return {
        "index": handoff.index,
        "source": handoff.source,
        "target": handoff.target,
        "mode": edge.mode.value,
        "origin": edge.origin.value,
        "rule": edge.rule,
        "id": edge.id,
        "dialect": session.turns[handoff.to_turn].dialect,
        "from_turn": handoff.from_turn,
        "to_turn": handoff.to_turn,
        "trace_id": edge.at[0].hex(),
        "span_id": edge.at[1].hex(),
        "time": rfc3339(edge.time),
        "duration": handoff.duration,
        "provisional": not handoff.settled,
        "retention": found.retention,
        "interval": _interval(found.interval),
        "named_retention": found.named_retention,
        "prose_retention": found.prose_retention,
        "sent_received": found.sent_received,
        "known_sent": found.known_sent,
        "novelty": found.novelty,
        "grounding": found.grounding,
        "payload_bytes": found.payload_bytes,
        "verdict": found.verdict.value,
        "reason": None if found.reason is None else found.reason.value,
        "facts": {outcome.value: found.facts.get(outcome, 0) for outcome in Outcome},
        "lost": [_lost(fact) for fact in found.lost],
        "absent": list(found.absent),
        "history": None if found.history is None else _change(found.history),
        "lists": [_change(one) for one in found.lists],
        "alike": [_alike(fact) for fact in found.alike],
    }


def _alike(fact: AlikeFact) -> Document:
    return {
        "fact": fact.fact,
        "kind": fact.kind.label,
        "cosine": fact.cosine,
        "interval": _interval(fact.interval),
    }


def _interval(interval: Interval | None) -> list[float] | None:
    return None if interval is None else [interval.low, interval.high]


def _change(one: ListChange) -> Document:
    return {
        "name": one.name,
        "relation": one.relation.value,
        "sent": one.sent,
        "received": one.received,
        "kept": one.kept,
        "first": one.first,
    }


def _lost(fact: LostFact) -> Document:
    return {
        "fact": fact.fact,
        "kind": fact.kind.label,
        "outcome": fact.outcome.value,
        "at": fact.at.value,
        "must_keep": fact.must_keep,
    }
