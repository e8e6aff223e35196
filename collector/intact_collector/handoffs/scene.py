"""The turns and spans of one session, ready to be asked who did what inside what."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TypeVar, cast

from intact.codec.attributes import SCOPE as NATIVE
from intact.model.measurement import Mode
from intact_collector.handoffs.beside import beside
from intact_collector.handoffs.together import together
from intact_collector.model.session import Edge, Turn
from intact_collector.model.span import ReducedSpan, Role, SpanKey

T = TypeVar("T")

#: Who takes over in another trace does so within this time, in nanoseconds.
_SOON = 60_000_000_000

_JOINT = re.compile(r"[^a-z0-9]+")

#: A rule: what it sees in a scene, given the edges that stronger rules found.
Rule = Callable[["Scene", Sequence[Edge]], Iterator[Edge]]


def plain(name: str) -> str:
    """A name as a tool's name can spell it: frameworks make one of the other.

    >>> plain("Refunds Agent") == plain("refunds_agent")
    True
    """
    return _JOINT.sub("_", name.lower()).strip("_")[:64] or name


class Scene:
    """Read-only once made; making it costs one pass over the spans."""

    def __init__(self, turns: Sequence[Turn], spans: Sequence[ReducedSpan]) -> None:
        self.turns = sorted(turns, key=lambda turn: (turn.start, turn.end, turn.key))
        self.spans = together(spans)
        self.by_key = {turn.key: turn for turn in self.turns}
        self._owner = {key: turn for turn in self.turns for key in turn.spans}
        self._owner.update(self.by_key)
        self._answers: dict[object, object] = {}
        self._named: defaultdict[tuple[bytes, str], list[Turn]] = defaultdict(list)
        for turn in self.turns:
            for name in dict.fromkeys((turn.agent, *self._nodes(turn))):
                self._named[turn.key[0], plain(name)].append(turn)
        self._beside: defaultdict[tuple[bytes, SpanKey | None], list[Turn]] = defaultdict(list)
        for turn in self.turns:
            self._beside[self._row(turn)].append(turn)

    def _nodes(self, turn: Turn) -> Iterator[str]:
        """Names of the graph nodes that the turn is a run of: commands go to nodes, not agents."""
        own = self.spans.get(turn.key)
        for span in (own,) if own is not None else self.of(turn):
            if span.turn_key is not None:
                yield span.turn_key.partition(":")[0]

    def turn_of(self, key: SpanKey) -> Turn | None:
        """The turn that a span belongs to, or whose key this is."""
        return self._owner.get(key)

    def of(self, turn: Turn) -> list[ReducedSpan]:
        """The spans of a turn that have arrived, in time order."""
        return [self.spans[key] for key in turn.spans if key in self.spans]

    def with_role(self, *roles: Role) -> Iterator[tuple[ReducedSpan, Turn]]:
        """Spans of these roles that belong to a turn, with it, in time order."""
        for span in self.spans.values():
            turn = self._owner.get(span.key) if span.role in roles else None
            if turn is not None:
                yield span, turn

    def next_named(self, name: str, trace: bytes, time: int) -> Turn | None:
        """The first turn of this agent, or run of this node, that starts at ``time`` or later.

        One in the same trace, else one that starts soon in any trace of the session.
        """
        named = self._named.get((trace, plain(name)), ())
        found = next((turn for turn in named if turn.start >= time), None)
        if found is not None:
            return found
        word = plain(name)
        soon = (turn for turn in self.turns if 0 <= turn.start - time <= _SOON)
        return next((turn for turn in soon if plain(turn.agent) == word), None)

    def next_beside(self, turn: Turn, time: int) -> Turn | None:
        """The first turn of another agent beside this one that starts at ``time`` or later."""
        row = self._beside.get(self._row(turn), ())
        later = (one for one in row if one.start >= time and one.agent != turn.agent)
        return next(later, None)

    def _row(self, turn: Turn) -> tuple[bytes, SpanKey | None]:
        return (turn.key[0], turn.parent if turn.parent in self.by_key else None)

    def last_named(self, name: str, trace: bytes, before: Turn) -> Turn | None:
        """The latest turn of this agent that started before another turn did."""
        index = self._order(before)
        named = [
            turn
            for turn in self._named.get((trace, plain(name)), ())
            if turn.key != before.key and self._order(turn) < index
        ]
        return named[-1] if named else None

    def last_running(self, name: str, trace: bytes, time: int) -> Turn | None:
        """The latest turn of this agent that had begun at ``time``."""
        named = [turn for turn in self._named.get((trace, plain(name)), ()) if turn.start <= time]
        return named[-1] if named else None

    def _order(self, turn: Turn) -> tuple[int, int, SpanKey]:
        return (turn.start, turn.end, turn.key)

    def resumes(self, edge: Edge) -> bool:
        """Whether an edge leads back to a turn that was there already: a caller that goes on."""
        earlier = self.by_key[edge.target].start < self.by_key[edge.source].start
        return edge.mode is Mode.RETURN and earlier

    def remembered(self, ask: Callable[[Scene], T]) -> T:
        """The answer to a question about the whole scene, worked out once."""
        if ask not in self._answers:
            self._answers[ask] = ask(self)
        return cast("T", self._answers[ask])

    @cached_property
    def departures(self) -> Mapping[str, Sequence[ReducedSpan]]:
        """The library's departures by handoff id."""
        found: defaultdict[str, list[ReducedSpan]] = defaultdict(list)
        for span in self.spans.values():
            if span.dialect == NATIVE and span.role is Role.HANDOFF and span.handoff is not None:
                found[span.handoff.id or ""].append(span)
        return found

    @cached_property
    def delegations(self) -> frozenset[SpanKey]:
        """Tool spans in which another agent ran."""
        tools = (self.tool_above(turn) for turn in self.turns)
        return frozenset(tool.key for tool in tools if tool is not None)

    @cached_property
    def _tools_beside(self) -> Mapping[SpanKey, ReducedSpan]:
        return beside(self.turns, self.with_role(Role.TOOL))

    def tool_above(self, turn: Turn) -> ReducedSpan | None:
        """The innermost tool span that a turn ran in, below the next agent's span above."""
        return self._tool_around(turn) or self._tools_beside.get(turn.key)

    def _tool_around(self, turn: Turn) -> ReducedSpan | None:
        own = self.spans.get(turn.key) or next(iter(self.of(turn)), None)
        key = own.key if own is not None else None
        seen: set[SpanKey] = set()
        while key is not None and key not in seen:
            seen.add(key)
            span = self.spans.get(key)
            if span is None or (key in self.by_key and key != turn.key):
                return None
            if span.role is Role.TOOL and self._owner.get(key) is not turn:
                return span
            key = (span.trace_id, span.parent_id) if span.parent_id else None
        return None
