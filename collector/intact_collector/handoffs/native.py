"""What Intact's own library says: arrivals, and departures that nobody has answered yet.

An arrival belongs to the receiving turn and carries what it received. Its sender is found by the
departure with the same handoff id, by the arrival's link, or by name among the turns before it. A
departure alone (the receiver is not marked, or was not heard of yet) leads to the turn that began
under it, or to the next one of that name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from intact.model.measurement import Mode, Origin
from intact_collector.handoffs.scene import Scene
from intact_collector.model.session import Edge, Turn
from intact_collector.model.span import ReducedSpan, Role, Side, SpanKey

_DEFAULT_RULE = "explicit"


def find(scene: Scene, found: Sequence[Edge]) -> Iterator[Edge]:
    """Edges of arrivals, then of departures without one, each with its way back."""
    del found
    answered = set()
    for span, target in scene.with_role(Role.ARRIVAL):
        identity = (span.handoff.id if span.handoff is not None else None) or ""
        departure = next(iter(scene.departures.get(identity, ())), None) if identity else None
        source = _source(scene, span, departure, target)
        answered.add(identity)
        if source is not None:
            yield from _edges(scene, source, target, span, departure)
    for identity, departures in scene.departures.items():
        for departure in departures if identity not in answered else ():
            sender = _sender(scene, departure)
            receiver = _receiver(scene, departure, sender) if sender is not None else None
            if sender is not None and receiver is not None:
                yield from _edges(scene, sender, receiver, departure, departure)


def _source(
    scene: Scene, arrival: ReducedSpan, departure: ReducedSpan | None, target: Turn
) -> Turn | None:
    """The sending turn: by departure, by link, by name among the turns before."""
    if departure is not None:
        sender = _sender(scene, departure)
        if sender is not None:
            return sender
    for link in arrival.links:
        linked = scene.turn_of(link)
        if linked is not None:
            return linked
    name = arrival.handoff.source if arrival.handoff is not None else None
    before = [
        turn
        for turn in scene.turns
        if turn.agent == name and turn.key != target.key and turn.start <= arrival.start
    ]
    return before[-1] if before else None


def _sender(scene: Scene, departure: ReducedSpan) -> Turn | None:
    for link in departure.links:
        linked = scene.turn_of(link)
        if linked is not None:
            return linked
    return scene.turn_of(departure.key)


def _receiver(scene: Scene, departure: ReducedSpan, sender: Turn) -> Turn | None:
    """The turn that began under a departure, else the next one of the name that it gave."""
    name = departure.handoff.target if departure.handoff is not None else None
    later = [
        turn
        for turn in scene.turns
        if turn.key != sender.key and turn.agent != sender.agent and turn.start >= departure.start
    ]
    under = [turn for turn in later if _is_under(scene, turn, departure.key)]
    named = [turn for turn in later if turn.agent == name]
    return next(iter((*under, *named)), None)


def _is_under(scene: Scene, turn: Turn, key: SpanKey) -> bool:
    own = scene.spans.get(turn.key)
    return own is not None and (own.trace_id, own.parent_id) == key


def _edges(
    scene: Scene, source: Turn, target: Turn, mark: ReducedSpan, departure: ReducedSpan | None
) -> Iterator[Edge]:
    hint = mark.handoff
    mode = (hint.mode if hint is not None else None) or Mode.PASS_CONTROL
    rule = (hint.rule if hint is not None else None) or _DEFAULT_RULE
    yield Edge(
        source=source.key,
        target=target.key,
        mode=mode,
        origin=Origin.DECLARED,
        rule=rule,
        at=mark.key,
        time=departure.start if departure is not None else mark.start,
        id=hint.id if hint is not None else None,
        mark=mark.key,
    )
    if mode is Mode.RETURN_TO_CALLER and _gave_back(scene, target):
        yield Edge(
            source=target.key,
            target=source.key,
            mode=Mode.RETURN,
            origin=Origin.DECLARED,
            rule=rule,
            at=target.key,
            time=target.end,
            id=hint.id if hint is not None else None,
        )


def _gave_back(scene: Scene, turn: Turn) -> bool:
    """Whether a called turn ended with an output: one that raised has given nothing back."""
    own = scene.spans.get(turn.key)
    return (
        turn.ended and own is not None and (Side.OUTPUT in own.fingerprints or bool(own.problems))
    )
