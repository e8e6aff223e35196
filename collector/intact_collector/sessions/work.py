"""One step in the making.

In: a `State`.  Out: drafts of its parts, and the effects so far; at last another `State`.
"""

from __future__ import annotations

from collections.abc import Iterable

from intact_collector.model.effect import Discarded, Effect, Forgotten
from intact_collector.model.span import SpanKey
from intact_collector.sessions.joining import PoolDraft
from intact_collector.sessions.sight import Guessed, guessed_links
from intact_collector.sessions.state import Settings, State

_SECOND = 1_000_000_000


class Work:
    """Drafts of the state, and the effects so far. Used by one call of the pipeline."""

    def __init__(self, state: State, now: float, settings: Settings) -> None:
        self.pool = PoolDraft(state.pool)
        self.tombstones = state.tombstones
        self.agenda = state.agenda
        self.now = now
        self.settings = settings
        self.idle = int(settings.idle * _SECOND)
        self.appointments: dict[int, float] = {}
        self.effects: list[Effect] = []
        self._links: list[Guessed] | None = None

    @property
    def links(self) -> list[Guessed]:
        """What guesses join now: worked out when asked for, since it looks at every session."""
        if self._links is None:
            self._links = []
            if self.settings.guess:
                ids = [one for one, _ in self.pool.clusters.items()]
                window = int(self.settings.guess_window * _SECOND)
                self._links = guessed_links(self.pool, ids, window, self.idle)
        return self._links

    def forget_links(self) -> None:
        self._links = None

    def discard(self, reason: str, count: int) -> None:
        if count:
            self.effects.append(Discarded(reason, count))

    def forget(self, spans: Iterable[SpanKey]) -> None:
        spans = tuple(spans)
        if spans:
            self.effects.append(Forgotten(spans))

    def appoint(self, cluster: int) -> None:
        """Have a cluster called when it wants to be."""
        kept = self.pool.clusters[cluster]
        times = [time for time in (kept.due, kept.alarm) if time is not None]
        if times:
            self.appointments[cluster] = min(times)

    def done(self) -> tuple[State, tuple[Effect, ...]]:
        agenda = self.agenda.add(self.appointments) if self.appointments else self.agenda
        return State(self.pool.done(), self.tombstones, agenda), tuple(self.effects)
