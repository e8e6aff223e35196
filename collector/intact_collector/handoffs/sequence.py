"""One agent after another, where nothing else is said: the weakest rule.

Turns side by side, of which none was called by a tool, pass control in the order in which they ran:
two agents of one trace, or two runs that share a conversation. A user's next message looks much the
same. So over traces it takes a turn that starts a trace within a minute, and never the agent that
opened the session: that is the user coming back. Native turns declare their handoffs: between two
of them nothing is inferred.

An agent that was declared to get control, declares nothing itself and is followed by the agent that
it had it from, gave it back: a supervisor and its workers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from heapq import heappop, heappush

from intact.codec.attributes import SCOPE as NATIVE
from intact.model.measurement import Mode, Origin
from intact_collector.handoffs.scene import Scene
from intact_collector.model.session import Edge, Turn
from intact_collector.model.span import Side, SpanKey

RULE = "sequence"
WINDOW = 60 * 1_000_000_000  # ns between two runs of one program; people take longer


def find(scene: Scene, found: Sequence[Edge]) -> Iterator[Edge]:
    """Edges between turns side by side that follow each other."""
    lent = {
        (edge.target, scene.by_key[edge.source].agent)
        for edge in found
        if edge.origin is Origin.DECLARED and edge.mode is Mode.PASS_CONTROL
    }
    entered = {edge.target for edge in found if edge.mode is not Mode.RETURN}
    rows: dict[SpanKey | None, list[Turn]] = defaultdict(list)
    for turn in scene.turns:
        if scene.tool_above(turn) is None:
            rows[turn.parent if turn.parent in scene.by_key else None].append(turn)
    opener = scene.turns[0].agent if scene.turns else None
    for row in rows.values():
        for source, target in _neighbours(row):
            if target.key in entered or not _follows(source, target, opener):
                continue
            yield Edge(
                source=source.key,
                target=target.key,
                mode=Mode.RETURN if (source.key, target.agent) in lent else Mode.PASS_CONTROL,
                origin=Origin.INFERRED,
                rule=RULE,
                at=target.key,
                time=target.start,
                mark=_payload(scene, source),
            )


def _neighbours(row: Sequence[Turn]) -> Iterator[tuple[Turn, Turn]]:
    """Each turn with the one before it that was done last when it started."""
    running: list[tuple[int, int, SpanKey, Turn]] = []
    last: tuple[int, int, SpanKey, Turn] | None = None
    for turn in row:
        while running and running[0][0] <= turn.start:
            last = heappop(running)
        if last is not None:
            yield last[3], turn
        heappush(running, (turn.end, turn.start, turn.key, turn))


def _follows(source: Turn, target: Turn, opener: str | None) -> bool:
    if source.agent == target.agent or source.dialect == target.dialect == NATIVE:
        return False
    if source.key[0] == target.key[0]:
        return True
    return target.root and target.agent != opener and target.start - source.end <= WINDOW


def _payload(scene: Scene, source: Turn) -> SpanKey | None:
    """The sender's span that holds what it passed on, where its framework shows that."""
    holders = [span.key for span in scene.of(source) if Side.PAYLOAD in span.fingerprints]
    return holders[0] if holders else None
