"""A session as it is reported.

In: what was sighted, its measured handoffs, and those that were settled before.  Out: rows in
time order, and the `Session`.
Left to others: detecting and measuring; deciding what is final.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from intact.model.measurement import Measurement, Mode
from intact_collector.model.session import Edge, Handoff, Session, Turn
from intact_collector.model.span import Role, SpanKey
from intact_collector.sessions.clusters import Settled
from intact_collector.sessions.sight import Sight

NANOSECONDS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One handoff of a session. ``measured`` is the number as it would be now."""

    key: str
    handoff: Handoff
    measured: Measurement | None  # None: settled before, and not found any more


def handoff_key(edge: Edge) -> str:
    """A name for a handoff that stays the same over restarts and repeated deliveries."""
    ends = (edge.source, edge.target)
    return ":".join([edge.mode.value, edge.id or "", *(_hex(end) for end in ends)])


def session_key(sight: Sight) -> str:
    """A name for a session that no other has, unlike the id that is printed."""
    return _hex(sight.group.turns[0].key)


def rows(
    sight: Sight,
    measured: Iterable[tuple[Edge, Measurement]],
    settled: Mapping[str, Settled],
) -> list[Row]:
    """The handoffs of a session in time order. What was settled keeps its number."""
    turns = sight.group.turns
    place = {key: index for index, turn in enumerate(turns) for key in turn.spans}
    place |= {turn.key: index for index, turn in enumerate(turns)}
    found: dict[str, Row] = {}
    for edge, measurement in measured:
        key = _settled_key(edge, settled, place) or handoff_key(edge)
        if key in settled:
            handoff = _as_settled(settled[key], place)
        else:
            handoff = _as_measured(edge, measurement, turns, place)
        if handoff is not None and key not in found:
            found[key] = Row(key, handoff, measurement)
    for key, one in settled.items():
        handoff = _as_settled(one, place)
        if key not in found and handoff is not None:
            found[key] = Row(key, handoff, None)
    ordered = sorted(
        found.values(),
        key=lambda row: (
            row.handoff.edge.time,
            row.handoff.to_turn,
            row.handoff.from_turn,
            row.key,
        ),
    )
    return [
        replace(row, handoff=replace(row.handoff, index=index)) for index, row in enumerate(ordered)
    ]


def journey(sight: Sight) -> str | None:
    """The name of the session's kind: the first that a span gives."""
    named = [(span.start, span.key, span.journey) for span in sight.spans.values() if span.journey]
    return min(named)[2] if named else None


def session(sight: Sight, handoffs: Sequence[Handoff], *, is_open: bool) -> Session:
    """The session as it is reported."""
    group = sight.group
    retention, interval = pooled(handoffs)
    return Session(
        session_id=group.session_id,
        stitched_by=group.reasons,
        journey=journey(sight),
        traces=sight.traces,
        spans=sum(
            bool(span.dialect) and span.role is not Role.CONTENT for span in sight.spans.values()
        ),
        dialects=tuple(sorted({turn.dialect for turn in group.turns})),
        turns=group.turns,
        handoffs=tuple(handoffs),
        start=min(turn.start for turn in group.turns),
        end=max(turn.end for turn in group.turns),
        retention=retention,
        interval=interval,
        open=is_open,
        conversation_id=group.conversation_id,
    )


def pooled(handoffs: Iterable[Handoff]) -> tuple[float | None, tuple[float, float] | None]:
    """Retention of a session: the share of all weight on its handoffs that survived them.

    ``sum(kept weight) / sum(weight)`` over the measured handoffs that are not a way back: 1 means
    that no handoff lost anything, 0 that none kept anything. A fact that is lost early is charged
    once, since later senders do not know it any more: a session that loses everything at its
    first of ten handoffs can look well. The interval is the weighted mean of the handoffs'
    intervals, as if their errors all went the same way; it is too wide rather than too narrow.
    """
    counted = [
        (one.measurement, one.measurement.interval)
        for one in handoffs
        if one.edge.mode is not Mode.RETURN and one.measurement.retention is not None
    ]
    weight = sum(measurement.weight for measurement, _ in counted)
    if weight <= 0:
        return None, None
    retention = sum(measurement.kept_weight for measurement, _ in counted) / weight
    low = high = 0.0
    for measurement, interval in counted:
        assert measurement.retention is not None
        low += measurement.weight * (interval.low if interval else measurement.retention)
        high += measurement.weight * (interval.high if interval else measurement.retention)
    return retention, (min(low / weight, retention), max(high / weight, retention))


def _settled_key(
    edge: Edge, settled: Mapping[str, Settled], place: Mapping[SpanKey, int]
) -> str | None:
    """The settled handoff that an edge is, also when a turn was known by another span then."""
    key = handoff_key(edge)
    if key in settled:
        return key
    ends = (place.get(edge.source), place.get(edge.target), edge.mode)
    for other, one in settled.items():
        if edge.id != one.edge.id and edge.id and one.edge.id:
            continue
        if (place.get(one.edge.source), place.get(one.edge.target), one.edge.mode) == ends:
            return other
    return None


def _as_measured(
    edge: Edge, measurement: Measurement, turns: Sequence[Turn], place: Mapping[SpanKey, int]
) -> Handoff | None:
    if edge.source not in place or edge.target not in place:
        return None
    source, target = turns[place[edge.source]], turns[place[edge.target]]
    return Handoff(
        index=0,
        edge=edge,
        source=source.agent,
        target=target.agent,
        from_turn=place[edge.source],
        to_turn=place[edge.target],
        measurement=measurement,
        duration=_duration(edge, source, target),
        service=target.service,
        service_version=target.service_version,
    )


def _as_settled(one: Settled, place: Mapping[SpanKey, int]) -> Handoff | None:
    if one.edge.source not in place or one.edge.target not in place:
        return None
    return Handoff(
        index=0,
        edge=one.edge,
        source=one.source,
        target=one.target,
        from_turn=place[one.edge.source],
        to_turn=place[one.edge.target],
        measurement=one.measurement,
        duration=one.duration,
        service=one.service,
        service_version=one.service_version,
        settled=True,
    )


def _duration(edge: Edge, source: Turn, target: Turn) -> float | None:
    """Seconds from the sender letting go to the receiver starting.

    None for a way back, and where the receiver seems to have started first.
    """
    if edge.mode is Mode.RETURN:
        return None
    let_go = min(edge.time, source.end) if source.ended else edge.time
    waited = (target.start - let_go) / NANOSECONDS
    return waited if waited >= 0 else None


def _hex(key: SpanKey) -> str:
    return f"{key[0].hex()}.{key[1].hex()}"
