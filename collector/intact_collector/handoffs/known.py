"""What an agent was given and made in one turn, up to a moment, in time order.

Each side becomes visible at its own moment: an input when the call starts, an output when it
ends. System instructions, tool definitions and what frameworks add at a transfer are not the
agent's to hand over; the payload of a handoff is what it *sent*.
"""

from __future__ import annotations

from dataclasses import dataclass

from intact.model.fingerprint import Fingerprint
from intact_collector.handoffs.scene import Scene
from intact_collector.model.session import Turn
from intact_collector.model.span import ReducedSpan, Role, Side, SpanKey

_AT_START = frozenset({Side.RECEIVED, Side.STATE, Side.INPUT})
_AT_END = frozenset({Side.RESULT, Side.UPDATE, Side.OUTPUT, Side.SENT})


@dataclass(frozen=True, slots=True)
class Sight:
    """One context that an agent had before it, or made, and when."""

    time: int
    span: SpanKey
    side: Side
    fingerprint: Fingerprint

    @property
    def order(self) -> tuple[int, Side, SpanKey]:
        return (self.time, self.side, self.span)


def known_by(scene: Scene, turn: Turn, until: int) -> list[Sight]:
    """What the agent of a turn knew at a moment, oldest first."""
    seen = [sight for sight in sights(scene, turn) if sight.time <= until]
    called = any(s.side is Side.INPUT and _role(scene, s) is Role.MODEL for s in seen)
    if called:  # what the agent's own span says of its input is the same, told again
        seen = [s for s in seen if s.side is not Side.INPUT or _role(scene, s) is Role.MODEL]
    return seen


def sights(scene: Scene, turn: Turn) -> list[Sight]:
    """Everything of a turn that is the agent's to hand over, oldest first."""
    found = []
    for span in scene.of(turn):
        for side, fingerprint in span.fingerprints.items():
            time = _visible(turn, span, side)
            if time is not None:
                found.append(Sight(time, span.key, side, fingerprint.unpack()))
    return sorted(found, key=lambda sight: sight.order)


def _visible(turn: Turn, span: ReducedSpan, side: Side) -> int | None:
    """When the agent of the turn had this before it; None when it is not the agent's own."""
    if side is Side.RECEIVED and span.role in (Role.AGENT, Role.OTHER):
        return turn.start  # told only at the first handoff by a turn that goes on
    if side in _AT_START:
        return span.start
    if side is Side.SENT and span.role is Role.ARRIVAL:
        return None  # the sender's
    return span.end if side in _AT_END else None


def _role(scene: Scene, sight: Sight) -> Role:
    return scene.spans[sight.span].role
