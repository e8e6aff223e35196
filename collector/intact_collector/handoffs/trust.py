"""Why the sides of a handoff are missing or cannot be trusted.

The receiving side counts first: a fact that is not in a prompt which was cut is not lost. Of the
sending side the last model call decides, since it repeats what went before, and what came after
it. The first reason becomes the reason of the verdict ``not_measured``.
"""

from __future__ import annotations

from collections.abc import Iterable

from intact.codec.attributes import SCOPE as NATIVE
from intact.model.measurement import Reason
from intact_collector.handoffs.received import Received
from intact_collector.handoffs.scene import Scene
from intact_collector.model.session import Edge
from intact_collector.model.span import ReducedSpan, Role

#: Most telling first.
_ORDER = (
    Reason.UNKNOWN_SUITE,
    Reason.REDACTED,
    Reason.CONTENT_OFF,
    Reason.ATTRIBUTES_DROPPED,
    Reason.ATTRIBUTE_CUT,
    Reason.UNREADABLE,
)
_RANK = {reason: rank for rank, reason in enumerate(_ORDER)}
#: These say that something is not there: no matter for a side that is.
_ABSENT = frozenset({Reason.REDACTED, Reason.CONTENT_OFF})
#: This says that a part is told elsewhere or not at all: what is told can be trusted.
_PARTIAL = frozenset({Reason.TOOLS_UNSEEN})


def problems_of(scene: Scene, edge: Edge, received: Received, *, known: bool) -> tuple[Reason, ...]:
    """The reasons, most important first; empty when both sides were seen whole."""
    there = received.fingerprint is not None
    reasons = _ranked(
        reason
        for span in received.witnesses
        for reason in span.problems
        if not (there and reason in _ABSENT)
    )
    if not there:
        reasons.append(Reason.RECEIVED_MISSING)
    reasons += _ranked(reason for span in _sending(scene, edge) for reason in span.problems)
    if not known:
        partly = [reason for span in received.witnesses for reason in span.problems]
        reasons += [reason for reason in partly if reason in _PARTIAL]
        reasons.append(Reason.KNOWN_MISSING)
    return tuple(dict.fromkeys(reasons))


def _ranked(reasons: Iterable[Reason]) -> list[Reason]:
    return sorted(set(reasons) - _PARTIAL, key=lambda reason: _RANK.get(reason, len(_RANK)))


def _sending(scene: Scene, edge: Edge) -> list[ReducedSpan]:
    """The sender's last model call before the handoff, and what came after it."""
    mark = scene.spans.get(edge.mark) if edge.mark is not None else None
    seen = [s for s in scene.of(scene.by_key[edge.source]) if s.start <= edge.time]
    if mark is not None and mark.dialect == NATIVE:
        return [span for span in seen if span.dialect == NATIVE]  # the library saw both sides
    calls = [span for span in seen if span.role is Role.MODEL]
    if not calls:
        return seen
    since = calls[-1].start
    return [span for span in seen if span.start >= since and span.role is not Role.AGENT]
