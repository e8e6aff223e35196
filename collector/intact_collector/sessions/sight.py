"""The sessions that stand in a pool right now.

In: a `Pool` and the clusters to look at.  Out: `Sight`s, each the turns of one session with its
spans, and the traces in which no agent was seen.
Left to others: measuring what was handed over, deciding when a number is final.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from intact_collector.model.session import Turn
from intact_collector.model.span import ReducedSpan, SpanKey
from intact_collector.sessions.clue import Clue, clue
from intact_collector.sessions.clusters import Cluster, Trace
from intact_collector.sessions.guess import guess
from intact_collector.sessions.stitch import Group, Pin, stitch
from intact_collector.sessions.turns import assemble_turns

V_co = TypeVar("V_co", covariant=True)
K_contra = TypeVar("K_contra", contravariant=True)


class Lookup(Protocol[K_contra, V_co]):
    def __getitem__(self, key: K_contra, /) -> V_co: ...


class Pooled(Protocol):
    """A pool, or a draft of one."""

    @property
    def traces(self) -> Lookup[bytes, Trace]: ...

    @property
    def clusters(self) -> Lookup[int, Cluster]: ...


@dataclass(frozen=True, slots=True)
class Sight:
    """One session as it stands: its turns, its spans, where they are kept."""

    group: Group
    spans: Mapping[SpanKey, ReducedSpan]
    traces: tuple[bytes, ...]  # in the order of their first turns
    clusters: tuple[int, ...]
    held: int  # spans of all its traces
    seen: float  # when its last span arrived


@dataclass(frozen=True, slots=True)
class Guessed:
    """A link that a guess made between two clusters."""

    pin: Pin
    source: int
    target: int


def guessed_links(pool: Pooled, ids: Iterable[int], window: int, idle: int) -> list[Guessed]:
    """All links that guesses make now between the given clusters.

    What was decided before, either way, is not guessed again. Looks at every open session, since
    a guess has to know that no other session could be meant.
    """
    clusters = [pool.clusters[one] for one in sorted(ids)]
    known = [
        (cluster.id, group, found)
        for cluster in clusters
        for group, found in clues_of(pool, cluster, idle)
    ]
    decided = frozenset[SpanKey]().union(*(cluster.decided for cluster in clusters))
    continued = guess([found for _, _, found in known], window, decided)
    return [
        Guessed(
            Pin(known[source][1].turns[0].key, group.turns[0].key, guessed=True),
            known[source][0],
            one,
        )
        for (one, group, _), source in zip(known, continued, strict=True)
        if source is not None
    ]


def clues_of(pool: Pooled, cluster: Cluster, idle: int) -> tuple[tuple[Group, Clue], ...]:
    """The sessions of one cluster by its keys alone, with what they show to a guess."""
    if cluster.memo.clues is None:
        spans = _spans(pool, cluster.traces)
        groups = stitch(turns_of(pool, cluster), spans, pins=cluster.pins, idle=idle)
        cluster.memo.clues = tuple((group, clue(group, spans)) for group in groups)
    return cluster.memo.clues


def turns_of(pool: Pooled, cluster: Cluster) -> tuple[Turn, ...]:
    """The turns of a cluster. No span of another has a part in them."""
    if cluster.memo.turns is None:
        spans = _spans(pool, cluster.traces)
        cluster.memo.turns = tuple(assemble_turns(list(spans.values())))
    return cluster.memo.turns


def components(ids: Iterable[int], links: Sequence[Guessed]) -> list[tuple[int, ...]]:
    """The given clusters, each with all that guesses link to it."""
    neighbours: dict[int, set[int]] = defaultdict(set)
    for link in links:
        neighbours[link.source].add(link.target)
        neighbours[link.target].add(link.source)
    found: list[tuple[int, ...]] = []
    done: set[int] = set()
    for one in sorted(ids):
        if one in done:
            continue
        component = {one}
        todo = [one]
        while todo:
            for other in neighbours.get(todo.pop(), ()):
                if other not in component:
                    component.add(other)
                    todo.append(other)
        done |= component
        found.append(tuple(sorted(component)))
    return found


def look(
    pool: Pooled, component: Sequence[int], links: Sequence[Guessed], idle: int
) -> tuple[list[Sight], list[bytes]]:
    """The sessions of clusters that are linked, and their traces without any agent."""
    clusters = [pool.clusters[one] for one in component]
    home = {trace: cluster.id for cluster in clusters for trace in cluster.traces}
    spans = _spans(pool, home)
    if len(clusters) == 1 and not any(link.source == component[0] for link in links):
        groups = [group for group, _ in clues_of(pool, clusters[0], idle)]
    else:
        pins = {pin for cluster in clusters for pin in cluster.pins}
        pins |= {link.pin for link in links if link.source in component}
        turns = [turn for cluster in clusters for turn in turns_of(pool, cluster)]
        groups = stitch(turns, spans, pins=pins, idle=idle)

    shared: dict[bytes, list[Group]] = defaultdict(list)
    places: list[tuple[bytes, ...]] = []
    for group in groups:
        touched = (key[0] for turn in group.turns for key in (turn.key, *turn.spans))
        places.append(tuple(trace for trace in dict.fromkeys(touched) if trace in home))
        for trace in places[-1]:
            shared[trace].append(group)
    sights: list[Sight] = []
    for group, traces in zip(groups, places, strict=True):
        if not traces:
            continue  # nothing but a link to a turn of which no span has come
        sights.append(
            Sight(
                group=group,
                spans=_share(pool, group, traces, shared),
                traces=traces,
                clusters=tuple(sorted({home[trace] for trace in traces})),
                held=sum(len(pool.traces[trace].spans) for trace in traces),
                seen=max(pool.traces[trace].seen for trace in traces),
            )
        )
    sights.sort(key=lambda sight: (sight.group.turns[0].start, sight.group.turns[0].key))
    return sights, sorted(trace for trace in home if trace not in shared)


def blocks(
    sights: Sequence[Sight], orphans: Sequence[bytes]
) -> list[tuple[list[Sight], list[bytes]]]:
    """Sessions that share a trace leave together; a trace without agents leaves alone."""
    found: list[tuple[list[Sight], set[bytes]]] = []
    for sight in sights:
        mine, traces = [sight], set(sight.traces)
        apart: list[tuple[list[Sight], set[bytes]]] = []
        for block in found:
            if traces.isdisjoint(block[1]):
                apart.append(block)
            else:
                mine, traces = [*block[0], *mine], traces | block[1]
        found = [*apart, (mine, traces)]
    return [(block, sorted(traces)) for block, traces in found] + [([], [t]) for t in orphans]


def _share(
    pool: Pooled,
    group: Group,
    traces: Sequence[bytes],
    shared: Mapping[bytes, Sequence[Group]],
) -> Mapping[SpanKey, ReducedSpan]:
    """The spans of a session.

    Where sessions share a trace, each has what hangs below its turns; what hangs below none
    belongs to the session that came first.
    """
    spans: dict[SpanKey, ReducedSpan] = {}
    for trace in traces:
        held = pool.traces[trace].spans
        groups = shared[trace]
        if len(groups) == 1:
            spans.update(held)
            continue
        owners: dict[SpanKey, int] = {}
        for index, one in enumerate(groups):
            for turn in one.turns:
                owners.update(dict.fromkeys((turn.key, *turn.spans), index))
        mine = groups.index(group)
        spans.update((key, span) for key, span in held.items() if _owner(key, held, owners) == mine)
    return spans


def _owner(
    key: SpanKey, held: Mapping[SpanKey, ReducedSpan], owners: MutableMapping[SpanKey, int]
) -> int:
    path: list[SpanKey] = []
    at = key
    while at not in owners and at in held and at not in path:
        path.append(at)
        at = (at[0], held[at].parent_id)
    owner = owners.get(at, 0)
    owners.update(dict.fromkeys(path, owner))
    return owner


def _spans(pool: Pooled, traces: Iterable[bytes]) -> Mapping[SpanKey, ReducedSpan]:
    held = [pool.traces[trace].spans for trace in sorted(traces)]
    if len(held) == 1:
        return held[0]
    spans: dict[SpanKey, ReducedSpan] = {}
    for one in held:
        spans.update(one)
    return spans
