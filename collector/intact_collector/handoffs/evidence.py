"""An edge goes in; what was known, sent and received comes out, ready to be measured.

    known     what the sender was given and made up to the handoff: inputs of its model calls,
              state, tool results, outputs, updates; of native turns what they received and put out
    sent      what was passed on, where that can be seen: a payload, the arguments of a tool
    received  what the receiver was given: its first model call with its system instructions, else
              its state or its agent's input, else what the library saw arrive
    way back  known = what the called agent knew, received = what the caller's next call holds

Sides under different keys cannot be compared: of several ways to see a side, one under the other
side's key is taken. What cannot be trusted, and why, is told as reasons (`trust`).
"""

from __future__ import annotations

from collections.abc import Sequence

from intact.measure import union
from intact.model.evidence import Evidence
from intact.model.fingerprint import Fingerprint
from intact.model.measurement import Mode
from intact_collector.handoffs.declared import declared
from intact_collector.handoffs.detect import detect_in
from intact_collector.handoffs.known import Sight, known_by
from intact_collector.handoffs.scene import Scene
from intact_collector.handoffs.trust import problems_of
from intact_collector.model.session import Edge, Turn
from intact_collector.model.span import ReducedSpan, Role, Side


def gather(edge: Edge, turns: Sequence[Turn], spans: Sequence[ReducedSpan]) -> Evidence:
    """The evidence for one edge, from the turns and spans of its session."""
    return _gather(Scene(turns, spans), edge)


def observe(turns: Sequence[Turn], spans: Sequence[ReducedSpan]) -> list[tuple[Edge, Evidence]]:
    """Every handoff of a session with its evidence. Looks at the spans once for all of them."""
    scene = Scene(turns, spans)
    return [(edge, _gather(scene, edge)) for edge in detect_in(scene)]


def _gather(scene: Scene, edge: Edge) -> Evidence:
    source, target = scene.by_key[edge.source], scene.by_key[edge.target]
    mark = scene.spans.get(edge.mark) if edge.mark is not None else None
    first = first_call(scene, edge, target)
    seen = known_by(scene, source, edge.time)
    received = _received(scene, edge, target, mark, first, _keys(seen))
    known = _comparable(seen, received)
    before, after = _looked_up(scene, edge, target, first)
    return Evidence(
        known=tuple(sight.fingerprint for sight in known),
        received=received,
        sent=_sent(scene, edge, source, mark),
        state=_state(edge, scene, target, first),
        looked_up_before=before,
        looked_up_after=after,
        must_keep=declared(scene, edge),
        pruned=tuple(dict.fromkeys(path for s in known for path, _ in s.fingerprint.pruned)),
        problems=problems_of(scene, edge, first, known=bool(known), received=received is not None),
    )


def first_call(scene: Scene, edge: Edge, target: Turn) -> ReducedSpan | None:
    """The receiver's first model call; on the way back the caller's first one after that."""
    calls = [span for span in scene.of(target) if span.role is Role.MODEL]
    if edge.mode is Mode.RETURN:
        calls = [span for span in calls if span.start >= edge.time]
    return calls[0] if calls else None


# -- received -----------------------------------------------------------------------------------


def _received(
    scene: Scene,
    edge: Edge,
    target: Turn,
    mark: ReducedSpan | None,
    first: ReducedSpan | None,
    keys: frozenset[bytes],
) -> Fingerprint | None:
    """The best sight of what the receiver was given that can be compared with what was known."""
    options = [_input(first)]
    if edge.mode is Mode.RETURN:
        callee = scene.by_key[edge.source]
        options += [_side(mark, Side.RESULT), _output(scene, callee)]
    else:
        own = [span for span in scene.of(target) if span.role in (Role.AGENT, Role.OTHER)]
        options += [_input(span) for span in own]
        options += [_side(span, Side.STATE) for span in own]
        if mark is not None and mark.role is Role.ARRIVAL:
            options.append(_side(mark, Side.RECEIVED))
        options += [_side(span, Side.RECEIVED) for span in own]
    there = [option for option in options if option is not None]
    comparable = [option for option in there if option.key_id in keys]
    return next(iter((*comparable, *there)), None)


def _input(span: ReducedSpan | None) -> Fingerprint | None:
    """INPUT with SYSTEM: frameworks put context into the instructions."""
    given = _side(span, Side.INPUT)
    system = _side(span, Side.SYSTEM)
    if given is None or system is None:
        return given
    return union((given, system))


def _side(span: ReducedSpan | None, side: Side) -> Fingerprint | None:
    return span.fingerprints.get(side) if span is not None else None


def _output(scene: Scene, turn: Turn) -> Fingerprint | None:
    outputs = [s.fingerprints[Side.OUTPUT] for s in scene.of(turn) if Side.OUTPUT in s.fingerprints]
    own = _side(scene.spans.get(turn.key), Side.OUTPUT)
    return own if own is not None else (outputs[-1] if outputs else None)


def _state(edge: Edge, scene: Scene, target: Turn, first: ReducedSpan | None) -> Fingerprint | None:
    """The state that the receiver was given, where its model call decides instead."""
    if edge.mode is Mode.RETURN or _side(first, Side.INPUT) is None:
        return None
    states = [s.fingerprints[Side.STATE] for s in scene.of(target) if Side.STATE in s.fingerprints]
    return states[0] if states else None


# -- sent ---------------------------------------------------------------------------------------


def _sent(scene: Scene, edge: Edge, source: Turn, mark: ReducedSpan | None) -> Fingerprint | None:
    """What was passed on; None where it cannot be seen, as with a shared history."""
    if edge.mode is Mode.RETURN:
        return _side(mark, Side.RESULT) if mark is not None else _output(scene, source)
    if mark is None:
        return None
    if mark.role is Role.TOOL:
        return _side(mark, Side.ARGUMENTS)
    payload = _side(mark, Side.PAYLOAD)
    if payload is None:
        return _native_sent(scene, mark)
    states = [s.fingerprints[Side.STATE] for s in scene.of(source) if Side.STATE in s.fingerprints]
    if mark.role is Role.HANDOFF and states:
        return union((states[0], payload))  # a command's update is applied to the graph's state
    return payload


def _native_sent(scene: Scene, mark: ReducedSpan) -> Fingerprint | None:
    """SENT of the mark or of its departure; within one process what arrived is what was sent."""
    identity = mark.handoff.id if mark.handoff is not None else None
    departures = (
        span
        for span in scene.spans.values()
        if span.role is Role.HANDOFF and span.handoff is not None and span.handoff.id == identity
    )
    for span in (mark, *(departures if identity is not None else ())):
        sent = _side(span, Side.SENT)
        if sent is not None:
            return sent
    return _side(mark, Side.RECEIVED) if mark.links else None


# -- known, and what else is needed --------------------------------------------------------------


def _keys(seen: Sequence[Sight]) -> frozenset[bytes]:
    return frozenset(sight.fingerprint.key_id for sight in seen)


def _comparable(seen: Sequence[Sight], received: Fingerprint | None) -> Sequence[Sight]:
    """Of what was seen under several keys that under the receiver's; all, where there is none."""
    if received is None:
        return seen
    return [sight for sight in seen if sight.fingerprint.key_id == received.key_id] or seen


def _looked_up(
    scene: Scene, edge: Edge, target: Turn, first: ReducedSpan | None
) -> tuple[tuple[Fingerprint, ...], tuple[Fingerprint, ...]]:
    """Results of the receiver's own tools before and after its first model call.

    A tool in which another agent ran is no look-up of the receiver's own.
    """
    if edge.mode is Mode.RETURN:
        return (), ()
    before: list[Fingerprint] = []
    after: list[Fingerprint] = []
    for span in scene.of(target):
        result = _side(span, Side.RESULT)
        if span.role is Role.TOOL and result is not None and span.key not in scene.delegations:
            early = first is not None and span.end <= first.start
            (before if early else after).append(result)
    return tuple(before), tuple(after)
