"""The rules in order: what is declared before what is inferred."""

from __future__ import annotations

from collections.abc import Sequence

from intact.model.measurement import Mode
from intact_collector.handoffs import links, native, nesting, parent_id, sequence, transfer
from intact_collector.handoffs.scene import Rule, Scene
from intact_collector.model.session import Edge, Turn
from intact_collector.model.span import HandoffRule, ReducedSpan

RULES: tuple[Rule, ...] = (
    native.find,
    parent_id.find,
    transfer.find,
    nesting.find,
    links.find,
    sequence.find,
)

#: The names of the rules that read what frameworks say; the library names its own.
NAMES = frozenset(
    (
        parent_id.PARENT_ID,
        parent_id.HANDOFF_TOOL,
        *HandoffRule,
        nesting.RULE,
        nesting.INSIDE,
        nesting.REMOTE,
        links.RULE,
        sequence.RULE,
    )
)


def detect(turns: Sequence[Turn], spans: Sequence[ReducedSpan]) -> list[Edge]:
    """The handoffs among the turns of one session, each once, in time order."""
    return detect_in(Scene(turns, spans))


def detect_in(scene: Scene) -> list[Edge]:
    """The same for a scene that is there already."""
    found: list[Edge] = []
    for rule in RULES:
        found.extend(_new(scene, list(rule(scene, tuple(found))), found))
    order = {turn.key: index for index, turn in enumerate(scene.turns)}
    return sorted(found, key=lambda edge: (edge.time, order[edge.source], order[edge.target]))


def _new(scene: Scene, edges: Sequence[Edge], found: Sequence[Edge]) -> list[Edge]:
    """Edges between different agents that no stronger rule found.

    A turn that a stronger rule saw receive control is not entered again by a weaker one; one rule
    may find several senders, as when contexts of two agents meet.
    """
    entered = {edge.target for edge in found if edge.mode is not Mode.RETURN}
    met = {(edge.source, edge.target, edge.mode is Mode.RETURN) for edge in found}
    kept = []
    for edge in edges:
        back = edge.mode is Mode.RETURN
        identity = (edge.source, edge.target, back)
        same_agent = scene.by_key[edge.source].agent == scene.by_key[edge.target].agent
        if same_agent or identity in met or (not back and edge.target in entered):
            continue
        met.add(identity)
        kept.append(edge)
    return kept
