"""An edge goes in; what was known, sent and received comes out, ready to be measured.

    known     what the sender was given and made up to the handoff (`known`)
    sent      what was passed on, where that can be seen (`sent`)
    received  what the receiver was given (`received`)
    way back  known = what the called agent knew, received = what the caller's next call holds

Sides under different keys cannot be compared: of what was seen of the sender under several keys
that under the receiver's is taken. What cannot be trusted is told as reasons (`trust`).
"""

from __future__ import annotations

from collections.abc import Sequence

from intact.model.evidence import Evidence
from intact.model.fingerprint import Fingerprint
from intact.model.measurement import Mode
from intact_collector.handoffs.declared import declared
from intact_collector.handoffs.detect import detect_in
from intact_collector.handoffs.known import Sight, known_by
from intact_collector.handoffs.received import Received, received_at, shows_tools, side_of
from intact_collector.handoffs.scene import Scene
from intact_collector.handoffs.sent import sent_at
from intact_collector.handoffs.trust import problems_of
from intact_collector.model.session import Edge, Turn
from intact_collector.model.span import ReducedSpan, Role, Side


def observe(turns: Sequence[Turn], spans: Sequence[ReducedSpan]) -> list[tuple[Edge, Evidence]]:
    """Every handoff of a session with its evidence. Looks at the spans once for all of them."""
    scene = Scene(turns, spans)
    return [(edge, _gather(scene, edge)) for edge in detect_in(scene)]


def _gather(scene: Scene, edge: Edge) -> Evidence:
    seen = known_by(scene, scene.by_key[edge.source], edge.time)
    received = received_at(scene, edge, frozenset(s.fingerprint.key_id for s in seen))
    known = _observable(_comparable(seen, received.fingerprint), edge, received)
    before, after = _looked_up(scene, edge, received)
    return Evidence(
        known=tuple(sight.fingerprint for sight in known),
        received=received.fingerprint,
        sent=sent_at(scene, edge),
        state=received.state,
        looked_up_before=before,
        looked_up_after=after,
        must_keep=declared(scene, edge),
        pruned=tuple(dict.fromkeys(path for s in known for path, _ in s.fingerprint.pruned)),
        problems=problems_of(scene, edge, received, known=bool(known)),
    )


def _comparable(seen: Sequence[Sight], received: Fingerprint | None) -> Sequence[Sight]:
    if received is None:
        return seen
    return [sight for sight in seen if sight.fingerprint.key_id == received.key_id] or seen


def _observable(seen: Sequence[Sight], edge: Edge, received: Received) -> Sequence[Sight]:
    """What could be seen on the other side: no tool results where prompts are told without them.

    An agent that is called has no history of its caller's in its prompt, so that it is told whole.
    """
    if edge.mode is not Mode.PASS_CONTROL or shows_tools(received.first):
        return seen
    return [sight for sight in seen if sight.side is not Side.RESULT]


def _looked_up(
    scene: Scene, edge: Edge, received: Received
) -> tuple[tuple[Fingerprint, ...], tuple[Fingerprint, ...]]:
    """Results of the receiver's own tools before and after its first model call.

    A tool in which another agent ran is no look-up of the receiver's own. What is not in a prompt
    counts as looked up after it.
    """
    before: list[Fingerprint] = []
    after: list[Fingerprint] = []
    if scene.resumes(edge):
        return (), ()
    for span in scene.of(scene.by_key[edge.target]):
        result = side_of(span, Side.RESULT)
        if span.role is Role.TOOL and result is not None and span.key not in scene.delegations:
            first = received.first
            early = first is not None and span.end <= first.start and shows_tools(first)
            (before if early else after).append(result)
    return tuple(before), tuple(after)
