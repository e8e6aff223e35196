"""Which turns are one session, and why.

In: turns and spans that share keys or traces.  Out: groups of turns, each with its keys, the
kinds of key that hold it together and the id that is printed.
Left to others: joining what shares neither key nor trace (`guess`), measuring.

Keys are tried from the strongest to the weakest. A weaker one never joins what stronger ones
keep apart, with one exception: a turn and the turn that it ran in, since a framework may give a
delegated run a conversation of its own. Even then, a turn that calls several turns of *different*
explicit sessions is a dispatcher and belongs to none of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from intact_collector.model.session import Turn
from intact_collector.model.span import KeyKind, ReducedSpan, SpanKey
from intact_collector.sessions.keys import STRONG, Belonging, belonging

DEFAULT_IDLE = 15 * 60 * 1_000_000_000


@dataclass(frozen=True, slots=True)
class Pin:
    """Two turns that stay together, since a handoff between them was counted already."""

    source: SpanKey
    target: SpanKey
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The turns of one session, in time order."""

    turns: tuple[Turn, ...]
    session_id: str
    reasons: tuple[KeyKind, ...]
    scope: str
    conversation_id: str | None = None
    explicit: frozenset[str] = frozenset()  # values of `session.id`: the developer's own word


class _Bonds:
    """A union-find over turns that remembers which kind of key made each union."""

    def __init__(self, belongings: Sequence[Belonging]) -> None:
        self.parent = list(range(len(belongings)))
        self.reasons: list[set[KeyKind]] = [set() for _ in belongings]
        self.values: list[dict[KeyKind, frozenset[str]]] = [dict(b.values) for b in belongings]

    def find(self, turn: int) -> int:
        while self.parent[turn] != turn:
            self.parent[turn] = self.parent[self.parent[turn]]
            turn = self.parent[turn]
        return turn

    def join(self, one: int, other: int, reason: KeyKind | None) -> None:
        one, other = sorted((self.find(one), self.find(other)))
        if one == other:
            return
        self.parent[other] = one
        self.reasons[one] |= self.reasons[other] | ({reason} if reason is not None else set())
        for kind, values in self.values[other].items():
            self.values[one][kind] = self.values[one].get(kind, frozenset()) | values

    def differ(self, one: int, other: int, kinds: Iterable[KeyKind] = STRONG) -> bool:
        """Whether the strongest kind of key that both have keeps them apart."""
        mine, theirs = self.values[self.find(one)], self.values[self.find(other)]
        for kind in kinds:
            if kind in mine and kind in theirs:
                return mine[kind].isdisjoint(theirs[kind])
        return False


def stitch(
    turns: Sequence[Turn],
    spans: Mapping[SpanKey, ReducedSpan],
    *,
    pins: Iterable[Pin] = (),
    idle: int = DEFAULT_IDLE,
) -> list[Group]:
    """Partition turns into sessions. The order of the input does not matter.

    ``idle`` is the longest silence, in nanoseconds, over which a key still means the same
    session: a thread id of "1" comes back every day.
    """
    ordered = sorted(turns, key=by_time)
    belongings = [belonging(turn, spans) for turn in ordered]
    bonds = _Bonds(belongings)
    at = {key: index for index, turn in enumerate(ordered) for key in turn.spans}
    at |= {turn.key: index for index, turn in enumerate(ordered)}

    for kind in (KeyKind.SESSION, KeyKind.CONVERSATION):
        _join_by_key(kind, ordered, belongings, bonds, idle)
    _join_by_parent(ordered, at, bonds)
    _join_by_link(belongings, at, bonds)
    _join_by_key(KeyKind.LINK, ordered, belongings, bonds, idle)
    _join_by_key(KeyKind.A2A, ordered, belongings, bonds, idle)
    _join_by_trace(ordered, bonds)
    for pin in sorted(pins, key=lambda pin: (not pin.guessed, pin.source, pin.target)):
        if pin.source in at and pin.target in at:
            reason = KeyKind.GUESS if pin.guessed else None
            bonds.join(at[pin.source], at[pin.target], reason)

    members: dict[int, list[int]] = defaultdict(list)
    for index in range(len(ordered)):
        members[bonds.find(index)].append(index)
    return [
        _group([ordered[i] for i in group], [belongings[i] for i in group], bonds.reasons[root])
        for root, group in sorted(members.items())
    ]


def by_time(turn: Turn) -> tuple[int, int, SpanKey]:
    """The order of turns everywhere: by start, ties by end, then by id."""
    return (turn.start, turn.end, turn.key)


def _join_by_key(
    kind: KeyKind,
    turns: Sequence[Turn],
    belongings: Sequence[Belonging],
    bonds: _Bonds,
    idle: int,
) -> None:
    holders: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, one in enumerate(belongings):
        for value in one.values.get(kind, ()):
            holders[(one.scope, value)].append(index)
    # An A2A context spans two services, each with a conversation id of its own.
    stronger = STRONG[:1] if kind in (KeyKind.CONVERSATION, KeyKind.A2A) else STRONG
    for _, indexes in sorted(holders.items()):
        for stretch in _stretches(indexes, turns, idle):
            if kind is not KeyKind.SESSION and _any_differ(stretch, bonds, stronger):
                free = [i for i in stretch if not bonds.values[bonds.find(i)].keys() & {*stronger}]
                stretch = free
            for earlier, later in pairwise(stretch):
                bonds.join(earlier, later, kind)


def _stretches(indexes: Sequence[int], turns: Sequence[Turn], idle: int) -> list[list[int]]:
    """Cut turns (in time order) where nothing happened for longer than ``idle``."""
    stretches: list[list[int]] = []
    until = 0
    for index in indexes:
        if stretches and turns[index].start - until <= idle:
            stretches[-1].append(index)
            until = max(until, turns[index].end)
        else:
            stretches.append([index])
            until = turns[index].end
    return stretches


def _join_by_parent(turns: Sequence[Turn], at: Mapping[SpanKey, int], bonds: _Bonds) -> None:
    children: dict[int, list[int]] = defaultdict(list)
    for index, turn in enumerate(turns):
        if turn.parent is not None and turn.parent in at and at[turn.parent] != index:
            children[at[turn.parent]].append(index)
    for parent, called in sorted(children.items()):
        mine = bonds.values[bonds.find(parent)].get(KeyKind.SESSION, frozenset())
        foreign = {
            values
            for child in called
            if (values := bonds.values[bonds.find(child)].get(KeyKind.SESSION, frozenset()))
            and values.isdisjoint(mine)
        }
        for child in called:
            theirs = bonds.values[bonds.find(child)].get(KeyKind.SESSION, frozenset())
            if len(foreign) > 1 and theirs in foreign:
                continue
            bonds.join(parent, child, KeyKind.TRACE)


def _join_by_link(
    belongings: Sequence[Belonging], at: Mapping[SpanKey, int], bonds: _Bonds
) -> None:
    """Handoff marks name their sender; other links (a batch has many) only join what agrees."""
    for index, one in enumerate(belongings):
        for link in one.marked_links:
            if link in at and not bonds.differ(index, at[link], STRONG[:1]):
                bonds.join(index, at[link], KeyKind.LINK)
    ends: dict[tuple[str, str], int] = {}
    for index, one in enumerate(belongings):
        for handoff in sorted(one.handoffs):
            other = ends.setdefault((one.scope, handoff), index)
            if not bonds.differ(index, other, STRONG[:1]):
                bonds.join(index, other, KeyKind.LINK)
    for index, one in enumerate(belongings):
        linked = [at[link] for link in one.links if link in at]
        if linked and not _any_differ([index, *linked], bonds, STRONG):
            for other in linked:
                bonds.join(index, other, KeyKind.LINK)


def _join_by_trace(turns: Sequence[Turn], bonds: _Bonds) -> None:
    traces: dict[bytes, list[int]] = defaultdict(list)
    for index, turn in enumerate(turns):
        root = bonds.find(index)
        if root not in traces[turn.key[0]]:
            traces[turn.key[0]].append(root)
    for _, roots in sorted(traces.items()):
        keyed = [root for root in roots if bonds.values[root].keys() & {*STRONG}]
        free = [root for root in roots if root not in keyed]
        if not _any_differ(keyed, bonds, STRONG):
            free = [*keyed, *free]
        for one, other in pairwise(free):
            bonds.join(one, other, KeyKind.TRACE)


def _any_differ(turns: Sequence[int], bonds: _Bonds, kinds: Iterable[KeyKind]) -> bool:
    kinds = tuple(kinds)
    roots = sorted(
        root
        for root in {bonds.find(turn) for turn in turns}
        if any(kind in bonds.values[root] for kind in kinds)
    )
    return any(bonds.differ(one, other, kinds) for one, other in combinations(roots, 2))


def _group(turns: Sequence[Turn], belongings: Sequence[Belonging], reasons: set[KeyKind]) -> Group:
    named: dict[KeyKind, str] = {}
    explicit: set[str] = set()
    for one in belongings:
        for kind, value in one.first.items():
            named.setdefault(kind, value)
        explicit |= one.values.get(KeyKind.SESSION, frozenset())
    strongest = min(named, default=KeyKind.TRACE)
    return Group(
        turns=tuple(turns),
        session_id=named.get(strongest) or f"trace:{turns[0].key[0].hex()}",
        reasons=tuple(sorted({strongest, *reasons})),
        scope=belongings[0].scope,
        conversation_id=named.get(KeyKind.CONVERSATION),
        explicit=frozenset(explicit),
    )
