"""Why the sides of a handoff are missing or cannot be trusted.

The receiving side counts first: a fact that is not in a prompt which was cut is not lost. Of the
sending side the last model call decides, since it repeats what went before, and what came after
it. The first reason becomes the reason of the verdict ``not_measured``.
"""

from __future__ import annotations

from collections.abc import Iterable

from intact.model.measurement import Mode, Reason
from intact_collector.handoffs.scene import Scene
from intact_collector.model.session import Edge, Turn
from intact_collector.model.span import ReducedSpan, Role, Side

#: Most telling first.
_RANK = {
    reason: rank
    for rank, reason in enumerate(
        (
            Reason.UNKNOWN_SUITE,
            Reason.REDACTED,
            Reason.CONTENT_OFF,
            Reason.ATTRIBUTES_DROPPED,
            Reason.ATTRIBUTE_CUT,
            Reason.UNREADABLE,
        )
    )
}
#: These say that something is not there: no matter for a side that is.
_ABSENT = frozenset({Reason.REDACTED, Reason.CONTENT_OFF})


def problems_of(
    scene: Scene, edge: Edge, first: ReducedSpan | None, *, known: bool, received: bool
) -> tuple[Reason, ...]:
    """The reasons, most important first; empty when both sides were seen whole."""
    reasons: list[Reason] = []
    receiving = _receiving(scene, edge, first)
    reasons += _ranked(
        reason
        for span in receiving
        for reason in span.problems
        if not (received and reason in _ABSENT)
    )
    if not received:
        reasons.append(Reason.RECEIVED_MISSING)
    sending = _sending(scene, scene.by_key[edge.source], edge.time)
    reasons += _ranked(reason for span in sending for reason in span.problems)
    if not known:
        reasons.append(Reason.KNOWN_MISSING)
    return tuple(dict.fromkeys(reasons))


def _ranked(reasons: Iterable[Reason]) -> list[Reason]:
    return sorted(set(reasons), key=lambda reason: _RANK.get(reason, len(_RANK)))


def _receiving(scene: Scene, edge: Edge, first: ReducedSpan | None) -> list[ReducedSpan]:
    """The spans that decide what was received."""
    if first is not None and (first.problems or Side.INPUT in first.fingerprints):
        return [first]
    mark = scene.spans.get(edge.mark) if edge.mark is not None else None
    if edge.mode is Mode.RETURN:
        own = scene.spans.get(edge.source)
        return [span for span in (mark, own) if span is not None]
    own_spans = [
        span
        for span in scene.of(scene.by_key[edge.target])
        if span.role in (Role.AGENT, Role.OTHER)
    ]
    arrivals = [mark] if mark is not None and mark.role is Role.ARRIVAL else []
    return arrivals or own_spans


def _sending(scene: Scene, source: Turn, until: int) -> list[ReducedSpan]:
    """The sender's last model call before the handoff, and what came after it."""
    seen = [span for span in scene.of(source) if span.start <= until]
    calls = [span for span in seen if span.role is Role.MODEL]
    if not calls:
        return seen
    since = calls[-1].start
    return [span for span in seen if span.start >= since and span.role is not Role.AGENT]
