"""When to look at which cluster again.

In: a time and a cluster.  Out: the clusters whose time has come. Times are kept in ticks of a
quarter of a second, and whoever steps more often is called at most once a tick: what has to be
worked out over all sessions is then worked out four times a second, not a thousand. A cluster may
be called too early or twice: whoever is called checks its own times.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from intact_collector.sessions.table import Table

_TICK = 0.25


@dataclass(frozen=True, slots=True)
class Agenda:
    """Clusters by the tick in which they want to be looked at."""

    buckets: Table[int, frozenset[int]] = field(default_factory=Table)
    passed: int | None = None  # the tick that was called last; nothing is left up to it

    def add(self, appointments: dict[int, float]) -> Agenda:
        """Enter a time for each of some clusters."""
        wanted: dict[int, set[int]] = {}
        for cluster, time in appointments.items():
            wanted.setdefault(self._bucket(time), set()).add(cluster)
        buckets = self.buckets.draft()
        for bucket, clusters in wanted.items():
            buckets[bucket] = (buckets.get(bucket) or frozenset()) | clusters
        return Agenda(buckets.done(), self.passed)

    def call(self, now: float) -> tuple[frozenset[int], Agenda]:
        """Take out everything up to now. What is not due yet has to be entered again."""
        current = int(now // _TICK)
        if self.passed is not None and current <= self.passed:
            return frozenset(), self
        if self.passed is not None and current - self.passed < len(self.buckets):
            due = [at for at in range(self.passed + 1, current + 1) if at in self.buckets]
        else:
            due = sorted(at for at in self.buckets if at <= current)
        buckets = self.buckets.draft()
        called: set[int] = set()
        for at in due:
            called |= self.buckets[at]
            del buckets[at]
        return frozenset(called), Agenda(buckets.done(), current)

    def _bucket(self, time: float) -> int:
        bucket = int(time // _TICK)
        return bucket if self.passed is None else max(bucket, self.passed + 1)
