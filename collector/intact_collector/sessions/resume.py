"""A state as bytes, and back.

Two ways out of one: `freeze` writes what the journal of spans cannot tell, for a host that keeps
such a journal; `encode` writes all of it, for a host that keeps states. Both ways lead back
through `restore`, so a restart and a move between processes are one thing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from math import inf
from operator import itemgetter
from struct import Struct

from intact_collector.model.span import ReducedSpan, SpanKey
from intact_collector.sessions import frozen as wire
from intact_collector.sessions.agenda import Agenda
from intact_collector.sessions.clusters import Cluster, Memo, Pool
from intact_collector.sessions.joining import PoolDraft
from intact_collector.sessions.state import DEFAULT, Settings, State

_LENGTH = Struct(">I")
_ENTRY = Struct(">dI")  # when it arrived, how many bytes follow


def freeze(state: State) -> bytes:
    """What cannot be derived from the journal: counted numbers, decisions, timers."""
    clusters = sorted(
        (cluster for _, cluster in state.pool.clusters.items()),
        key=lambda cluster: min(cluster.traces),
    )
    return wire.freeze(clusters, state.tombstones)


def restore(
    frozen: bytes, journal: Iterable[tuple[ReducedSpan, float]], settings: Settings = DEFAULT
) -> State:
    """The state of a collector that stopped, from what it froze and its journal of spans.

    Spans that were journaled after the last freeze are taken in as if they had just come.

    Raises:
        ValueError: If the bytes are not what `freeze` wrote.
    """
    known = wire.thaw(frozen)
    draft = PoolDraft(Pool())
    arrivals: dict[SpanKey, float] = {}
    for arrived, entries in groupby(journal, key=itemgetter(1)):
        alive = [span for span, _ in entries if span.trace_id not in known.tombstones]
        draft.add(alive, arrived, settings.limits)
        for span in alive:
            arrivals.setdefault(span.key, arrived)
    for cluster in known.clusters:
        _resume(draft, cluster)
    appointments: dict[int, float] = {}
    for one, cluster in list(draft.clusters.items()):
        keys = [key for trace in cluster.traces for key in draft.traces[trace].spans]
        looked = -inf if cluster.looked is None else cluster.looked
        new = {key for key in keys if arrivals[key] > looked}
        seen = [draft.traces[trace].seen for trace in cluster.traces]
        due = max(seen) + settings.settle if cluster.due is None and new else cluster.due
        alarm = min(seen) + settings.idle
        draft.clusters[one] = replace(cluster, due=due, alarm=alarm, fresh=cluster.fresh | new)
        appointments[one] = alarm if due is None else min(due, alarm)
    return State(draft.done(), known.tombstones, Agenda().add(appointments))


def encode(state: State, write: Callable[[ReducedSpan], bytes]) -> bytes:
    """The whole state; ``write`` is the codec of spans."""
    frozen = freeze(state)
    parts = [_LENGTH.pack(len(frozen)), frozen]
    for span, arrived in _journal(state):
        data = write(span)
        parts += [_ENTRY.pack(arrived, len(data)), data]
    return b"".join(parts)


def decode(
    data: bytes, read: Callable[[bytes], ReducedSpan], settings: Settings = DEFAULT
) -> State:
    """Read what `encode` wrote.

    Raises:
        ValueError: If the bytes are not a state.
    """
    if len(data) < _LENGTH.size:
        raise ValueError("not a state: too short")
    end = _LENGTH.size + _LENGTH.unpack_from(data)[0]
    return restore(data[_LENGTH.size : end], _entries(data, end, read), settings)


def _entries(
    data: bytes, at: int, read: Callable[[bytes], ReducedSpan]
) -> Iterator[tuple[ReducedSpan, float]]:
    while at < len(data):
        if len(data) - at < _ENTRY.size:
            raise ValueError("not a state: cut")
        arrived, length = _ENTRY.unpack_from(data, at)
        at += _ENTRY.size
        if len(data) - at < length:
            raise ValueError("not a state: cut")
        yield read(data[at : at + length]), arrived
        at += length


def _journal(state: State) -> Iterator[tuple[ReducedSpan, float]]:
    """The spans of a state. Of each only matters whether it came since its cluster was seen."""
    clusters = sorted(
        (cluster for _, cluster in state.pool.clusters.items()),
        key=lambda cluster: min(cluster.traces),
    )
    for cluster in clusters:
        for trace_id in sorted(cluster.traces):
            trace = state.pool.traces[trace_id]
            before = trace.seen if cluster.looked is None else min(trace.seen, cluster.looked)
            for key, span in trace.spans.items():
                yield span, trace.seen if key in cluster.fresh else before


def _resume(draft: PoolDraft, known: Cluster) -> None:
    """Give what was frozen to the cluster that holds its traces now."""
    homes = {draft.home(trace) for trace in known.traces if trace in draft.traces}
    if not homes:
        return
    one = draft.merge(homes)
    cluster = draft.clusters[one]
    dues = [due for due in (cluster.due, known.due) if due is not None]
    looks = [looked for looked in (cluster.looked, known.looked) if looked is not None]
    draft.clusters[one] = replace(
        cluster,
        due=min(dues, default=None),
        looked=min(looks, default=None),
        fresh=known.fresh | cluster.fresh,
        pins=cluster.pins | known.pins,
        decided=cluster.decided | known.decided,
        watched={**cluster.watched, **known.watched},
        settled={**cluster.settled, **known.settled},
        memo=Memo(),
    )
