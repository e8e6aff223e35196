"""What the sender of a handoff passed on, where that can be seen.

A payload, the arguments of the tool that called another agent, what the library saw leave. None
where nothing of the kind is on the wire, as with a history that the framework hands along.
"""

from __future__ import annotations

from intact.measure import union
from intact.model.fingerprint import Fingerprint
from intact_collector.handoffs.received import output_of, side_of
from intact_collector.handoffs.scene import Scene
from intact_collector.model.session import Edge, Turn
from intact_collector.model.span import ReducedSpan, Role, Side


def sent_at(scene: Scene, edge: Edge) -> Fingerprint | None:
    """The sent side of an edge; to a caller that goes on the tool's result, or the output."""
    source = scene.by_key[edge.source]
    mark = scene.spans.get(edge.mark) if edge.mark is not None else None
    if scene.resumes(edge):
        said = output_of(scene, source)
        own = said[1] if said is not None else None
        return side_of(mark, Side.RESULT) if mark is not None else own
    if mark is None:
        return None
    if mark.role in (Role.TOOL, Role.AGENT) and Side.ARGUMENTS in mark.fingerprints:
        return side_of(mark, Side.ARGUMENTS)
    return _payload(scene, source, mark) or _native(scene, mark)


def _payload(scene: Scene, source: Turn, mark: ReducedSpan) -> Fingerprint | None:
    payload = side_of(mark, Side.PAYLOAD)
    if payload is None or mark.role is not Role.HANDOFF:
        return payload
    # A transfer tool sends an update, and the graph applies it to the state that the sender's node
    # was given: what stands there need not be sent again.
    states = (side_of(span, Side.STATE) for span in scene.of(source))
    state = next((state for state in states if state is not None), None)
    return payload if state is None else union((state, payload))


def _native(scene: Scene, mark: ReducedSpan) -> Fingerprint | None:
    """SENT of the mark, or of the departure with its id; in one process, what arrived."""
    hint = mark.handoff
    own = side_of(mark, Side.SENT)
    if own is not None or hint is None:
        return own
    for span in scene.departures.get(hint.id or "", ()):
        sent = side_of(span, Side.SENT)
        if sent is not None:
            return sent
    # The library leaves out what was sent where it is equal to what arrived.
    return side_of(mark, Side.RECEIVED) if hint.rule in _IN_PROCESS else None


_IN_PROCESS = frozenset({"call", "dataflow"})
