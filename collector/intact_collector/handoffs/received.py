"""What the receiver of a handoff was given, and which span says so.

The first model call decides, with its system instructions, since frameworks put context there;
else the agent's own input or the node's state; else what the library saw arrive. Of a caller that
goes on it is the next call, else the tool's result, else what the called agent put out. Of several
ways to see it, one under a key of the sending side is taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from intact.measure import union
from intact.model.fingerprint import Fingerprint
from intact.model.measurement import Reason
from intact_collector.handoffs.scene import Scene
from intact_collector.model.session import Edge, Turn
from intact_collector.model.span import ReducedSpan, Role, Side


@dataclass(frozen=True, slots=True)
class Received:
    """What was received, None where it was not observed, and the spans that decide that."""

    fingerprint: Fingerprint | None
    witnesses: tuple[ReducedSpan, ...]
    first: ReducedSpan | None  # the model call that the handoff led to
    state: Fingerprint | None = None  # of the receiver's node, where its model call decides


def received_at(scene: Scene, edge: Edge, keys: frozenset[bytes]) -> Received:
    """The best sight of what was received that can be compared with what was known."""
    target = scene.by_key[edge.target]
    calls = [span for span in scene.of(target) if span.role is Role.MODEL]
    resumes = scene.resumes(edge)
    if resumes:
        calls = [span for span in calls if span.start >= edge.time]
    first = calls[0] if calls else None
    options = list(_options(scene, edge, target, first))
    seen = [(span, found) for span, found in options if found is not None]
    comparable = [(span, found) for span, found in seen if found.key_id in keys]
    for span, found in (*comparable, *seen):
        state = _state(scene, target) if span is first and not resumes else None
        return Received(found, (span,), first, state)
    witnesses = dict.fromkeys(span.key for span, _ in options)
    return Received(None, tuple(scene.spans[key] for key in witnesses), first)


def shows_tools(call: ReducedSpan | None) -> bool:
    """Whether a prompt is told with the tool results in it: most are."""
    return call is None or Reason.TOOLS_UNSEEN not in call.problems


def side_of(span: ReducedSpan | None, side: Side) -> Fingerprint | None:
    """One side of a span that may be missing."""
    found = span.fingerprints.get(side) if span is not None else None
    return found.unpack() if found is not None else None


def output_of(scene: Scene, turn: Turn) -> tuple[ReducedSpan, Fingerprint] | None:
    """The last thing that an agent said: its own span's output, else its last model call's."""
    own = scene.spans.get(turn.key)
    for span in (own, *reversed(scene.of(turn))):
        output = side_of(span, Side.OUTPUT)
        if span is not None and output is not None:
            return span, output
    return None


def _options(
    scene: Scene, edge: Edge, target: Turn, first: ReducedSpan | None
) -> Iterator[tuple[ReducedSpan, Fingerprint | None]]:
    mark = scene.spans.get(edge.mark) if edge.mark is not None else None
    if first is not None:
        whole = shows_tools(first) or not scene.resumes(edge)
        yield first, _input(first) if whole else _with_results(scene, target, first)
    if scene.resumes(edge):
        if mark is not None:
            yield mark, side_of(mark, Side.RESULT)
        callee = scene.by_key[edge.source]
        said = output_of(scene, callee)
        if said is not None:
            yield said
        elif callee.key in scene.spans:
            yield scene.spans[callee.key], None
        return
    own = [span for span in scene.of(target) if span.role in (Role.AGENT, Role.OTHER)]
    yield from ((span, _input(span)) for span in own)
    yield from ((span, side_of(span, Side.STATE)) for span in own)
    if mark is not None and mark.role is Role.ARRIVAL:
        yield mark, side_of(mark, Side.RECEIVED)
    yield from ((span, side_of(span, Side.RECEIVED)) for span in own)


def _input(span: ReducedSpan) -> Fingerprint | None:
    given, system = side_of(span, Side.INPUT), side_of(span, Side.SYSTEM)
    return given if given is None or system is None else union((given, system))


def _with_results(scene: Scene, turn: Turn, call: ReducedSpan) -> Fingerprint | None:
    """The prompt of a call, and what the tools of its turn had said by then: told beside it."""
    seen = [_input(call)] + [
        side_of(span, Side.RESULT)
        for span in scene.of(turn)
        if span.role is Role.TOOL and span.end <= call.start
    ]
    told = [one for one in seen if one is not None]
    return union(told) if seen[0] is not None else None


def _state(scene: Scene, target: Turn) -> Fingerprint | None:
    states = (side_of(span, Side.STATE) for span in scene.of(target))
    return next((state for state in states if state is not None), None)
