"""How spans come into a pool, and how whole traces leave it.

In: a `Pool`, spans, the time.  Out: another `Pool`, and for every span that was not taken the
reason. The pool that a draft began with stays as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from intact_collector.model.span import KeyKind, ReducedSpan, SpanKey
from intact_collector.sessions.clusters import Cluster, Limits, Memo, Pool, Token, Trace
from intact_collector.sessions.table import Draft

_SPAN = 400  # bytes of a span without fingerprints, about
_PACKED = 100  # bytes around those of a fingerprint, about


class PoolDraft:
    """A pool being changed by one step, its only owner."""

    def __init__(self, pool: Pool) -> None:
        self.traces: Draft[bytes, Trace] = pool.traces.draft()
        self.clusters: Draft[int, Cluster] = pool.clusters.draft()
        self._index: Draft[Token, int] = pool.index.draft()
        self._charges: Draft[Token, tuple[int, int]] = pool.charges.draft()
        self.size = pool.size
        self._next_id = pool.next_id

    def done(self) -> Pool:
        return Pool(
            traces=self.traces.done(),
            clusters=self.clusters.done(),
            index=self._index.done(),
            charges=self._charges.done(),
            size=self.size,
            next_id=self._next_id,
        )

    def home(self, trace: bytes) -> int:
        """The cluster that holds a trace, or a link to it."""
        return self._index[(trace,)]

    def add(
        self, spans: Iterable[ReducedSpan], now: float, limits: Limits
    ) -> tuple[set[int], Counter[str], list[SpanKey]]:
        """Take spans in.

        Returns:
            The clusters that changed, how many spans were refused by reason (``duplicate``,
            ``evicted``), and which spans were evicted.
        """
        by_trace: dict[bytes, list[ReducedSpan]] = {}
        for span in spans:
            by_trace.setdefault(span.trace_id, []).append(span)
        changed: set[int] = set()
        refused: Counter[str] = Counter()
        evicted: list[SpanKey] = []
        for trace_id, batch in by_trace.items():
            cluster = self._add_to_trace(trace_id, batch, now, limits, refused, evicted)
            if cluster is not None:
                changed.add(cluster)
        return {one for one in changed if one in self.clusters}, refused, evicted

    def _add_to_trace(
        self,
        trace_id: bytes,
        batch: Iterable[ReducedSpan],
        now: float,
        limits: Limits,
        refused: Counter[str],
        evicted: list[SpanKey],
    ) -> int | None:
        trace = self.traces.get(trace_id) or Trace(id=trace_id)
        spans = dict(trace.spans)
        charges = dict(trace.charges)
        tokens = {(trace_id,), *trace.tokens}
        size = trace.size
        taken: list[SpanKey] = []
        for span in batch:
            if span.key in spans:
                refused["duplicate"] += 1
                continue
            cost = weigh(span)
            if not self._charge(charged_to(span), cost, limits, charges):
                refused["evicted"] += 1
                evicted.append(span.key)
                continue
            spans[span.key] = span
            tokens |= tokens_of(span)
            size += cost
            taken.append(span.key)
        if not taken:
            return None
        self.size += size - trace.size
        self.traces[trace_id] = Trace(
            id=trace_id,
            spans=spans,
            size=size,
            seen=max(now, trace.seen),
            tokens=frozenset(tokens),
            charges=charges,
        )
        return self._place(trace_id, tokens, frozenset(taken))

    def _charge(
        self, token: Token, cost: int, limits: Limits, charges: dict[Token, tuple[int, int]]
    ) -> bool:
        """Charge a span to its session's account, unless that is full."""
        count, size = self._charges.get(token) or (0, 0)
        if count >= limits.spans or size + cost > limits.bytes:
            return False
        self._charges[token] = (count + 1, size + cost)
        count, size = charges.get(token, (0, 0))
        charges[token] = (count + 1, size + cost)
        return True

    def _place(self, trace: bytes, tokens: set[Token], fresh: frozenset[SpanKey]) -> int:
        """Put a trace into the cluster that its tokens lead to; several become one."""
        found = {one for token in tokens if (one := self._index.get(token)) is not None}
        if found:
            identity = self.merge(found)
            cluster = self.clusters[identity]
        else:
            identity = self._next_id
            self._next_id += 1
            cluster = Cluster(id=identity, traces=frozenset())
        for token in tokens:
            if self._index.get(token) != identity:
                self._index[token] = identity
        self.clusters[identity] = replace(
            cluster, traces=cluster.traces | {trace}, fresh=cluster.fresh | fresh, memo=Memo()
        )
        return identity

    def merge(self, ids: Iterable[int]) -> int:
        """Make one cluster of several; returns its id."""
        clusters = [self.clusters[one] for one in sorted(set(ids))]
        if len(clusters) == 1:
            return clusters[0].id
        kept = max(clusters, key=lambda cluster: (len(cluster.traces), -cluster.id))
        for cluster in clusters:
            if cluster is not kept:
                for trace in cluster.traces:
                    for token in self.traces[trace].tokens:
                        self._index[token] = kept.id
                del self.clusters[cluster.id]
        self.clusters[kept.id] = Cluster(
            id=kept.id,
            traces=frozenset().union(*(one.traces for one in clusters)),
            due=min((one.due for one in clusters if one.due is not None), default=None),
            looked=min((one.looked for one in clusters if one.looked is not None), default=None),
            alarm=min((one.alarm for one in clusters if one.alarm is not None), default=None),
            fresh=frozenset().union(*(one.fresh for one in clusters)),
            pins=frozenset().union(*(one.pins for one in clusters)),
            decided=frozenset().union(*(one.decided for one in clusters)),
            watched={key: watch for one in clusters for key, watch in one.watched.items()},
            settled={key: settled for one in clusters for key, settled in one.settled.items()},
        )
        return kept.id

    def remove(self, traces: Iterable[bytes]) -> list[SpanKey]:
        """Let go of whole traces; returns the spans that were held for them."""
        gone = frozenset(traces)
        spans: list[SpanKey] = []
        loose: dict[int, set[Token]] = {}
        for trace_id in sorted(gone):
            trace = self.traces[trace_id]
            spans += sorted(trace.spans)
            loose.setdefault(self._index[(trace_id,)], set()).update(trace.tokens)
            self.size -= trace.size
            self._refund(trace.charges)
            del self.traces[trace_id]
        for identity, tokens in loose.items():
            self._shrink(self.clusters[identity], tokens, gone)
        return spans

    def _refund(self, charges: Mapping[Token, tuple[int, int]]) -> None:
        for token, (count, size) in charges.items():
            held = self._charges[token]
            if held[0] == count:
                del self._charges[token]
            else:
                self._charges[token] = (held[0] - count, held[1] - size)

    def _shrink(self, cluster: Cluster, loose: set[Token], gone: frozenset[bytes]) -> None:
        left = frozenset(trace for trace in cluster.traces if trace in self.traces)
        for token in loose.difference(*(self.traces[trace].tokens for trace in left)):
            del self._index[token]
        if not left:
            del self.clusters[cluster.id]
            return
        self.clusters[cluster.id] = replace(
            cluster,
            traces=left,
            fresh=frozenset(key for key in cluster.fresh if key[0] not in gone),
            pins=frozenset(p for p in cluster.pins if gone.isdisjoint({p.source[0], p.target[0]})),
            decided=frozenset(key for key in cluster.decided if key[0] not in gone),
            watched={k: w for k, w in cluster.watched.items() if w.target[0] not in gone},
            settled={k: s for k, s in cluster.settled.items() if s.edge.target[0] not in gone},
            memo=Memo(),
        )


def tokens_of(span: ReducedSpan) -> set[Token]:
    """What leads from a span to other traces of its session: its keys, links and handoff."""
    tokens: set[Token] = {(span.scope, int(key.kind), key.value) for key in span.keys}
    tokens |= {(trace,) for trace, _ in span.links}
    if span.handoff is not None and span.handoff.id:
        tokens.add((span.scope, "handoff", span.handoff.id))
    return tokens


def charged_to(span: ReducedSpan) -> Token:
    """Whose account a span is charged to: its strongest key's, else its trace's."""
    strongest = min(span.keys, key=lambda key: key.kind, default=None)
    if strongest is None or strongest.kind > KeyKind.CONVERSATION:
        return (span.trace_id,)
    return (span.scope, int(strongest.kind), strongest.value)


def weigh(span: ReducedSpan) -> int:
    """About how many bytes a span takes in memory."""
    return _SPAN + sum(_PACKED + packed.size for packed in span.fingerprints.values())
