"""What this room needs from its host: the sessions, the totals, and whether it is well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from intact_collector.model.metric import MetricSpec, Series

#: One session in the shape of the reports: what stands in ``sessions[]`` of their JSON.
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Query:
    """Which sessions are asked for: those whose worst verdict this is, active since then."""

    limit: int = 100
    offset: int = 0
    verdict: str | None = None
    since: int | None = None  # Unix nanoseconds


@dataclass(frozen=True, slots=True)
class Page:
    """Sessions in order of their last activity, latest first, and where the next page begins."""

    sessions: Sequence[Document]
    next_offset: int | None = None


class View(Protocol):
    """A running collector, seen from the outside."""

    async def sessions(self, query: Query) -> Page:
        """Open sessions with what is known so far, and closed ones that are still kept."""
        ...

    async def session(self, session_id: str) -> Sequence[Document]:
        """The sessions with this id, open ones first: an id may come back after it went idle."""
        ...

    async def diagnosis(self) -> Document:
        """What the telemetry of the open sessions supports, and what would add to it."""
        ...

    async def series(self) -> Sequence[tuple[MetricSpec, Sequence[Series]]]:
        """The totals by metric, the collector's own included."""
        ...

    def gauges(self) -> Mapping[str, float]:
        """What rises and falls, by name: ``intact.collector.…``."""
        ...

    def ready(self) -> bool:
        """Whether new telemetry is taken: False while it starts and while it drains."""
        ...
