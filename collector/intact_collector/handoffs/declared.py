"""Facts that were declared must-keep earlier in the session.

In: a scene and an edge.  Out: the declared facts as they stood before the handoff: of one path
the latest ones, since an agent may change what it is to keep, and what an earlier handoff lost was
charged there.
"""

from __future__ import annotations

from dataclasses import dataclass

from intact.model.facts import Fact, Flag
from intact_collector.handoffs.known import sights
from intact_collector.handoffs.scene import Scene
from intact_collector.model.session import Edge
from intact_collector.model.span import SpanKey


@dataclass(frozen=True, slots=True)
class Declaration:
    """The must-keep facts of one context, by path."""

    time: int
    turn: SpanKey
    facts: dict[int, tuple[Fact, ...]]


def declared(scene: Scene, edge: Edge) -> tuple[Fact, ...]:
    """The declared facts before the edge: what its target was given there is not among them."""
    skipped = None if scene.resumes(edge) else edge.target
    latest: dict[int, tuple[Fact, ...]] = {}
    for declaration in scene.remembered(_declarations):
        if declaration.time <= edge.time and declaration.turn != skipped:
            latest.update(declaration.facts)
    return tuple(fact for facts in latest.values() for fact in facts)


def _declarations(scene: Scene) -> tuple[Declaration, ...]:
    """Of all turns, oldest first. Most sessions declare nothing."""
    found = []
    for turn in scene.turns:
        for sight in sights(scene, turn):
            facts: dict[int, tuple[Fact, ...]] = {}
            for fact in sight.fingerprint.facts:
                if fact.flags & Flag.MUST_KEEP:
                    facts[fact.path] = (*facts.get(fact.path, ()), fact)
            if facts:
                found.append((sight.order, Declaration(sight.time, turn.key, facts)))
    return tuple(declaration for _, declaration in sorted(found, key=lambda item: item[0]))
