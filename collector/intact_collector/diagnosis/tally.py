"""Counts over spans, as they come: what stood in them, what is missing, whose clocks disagree.

Order does not matter, and a span that comes twice counts once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

from intact.model.measurement import Reason
from intact_collector.model.span import ReducedSpan, Role, Side, SpanKey

#: Clocks of two processes that disagree by less than this, in nanoseconds, are right enough.
TOLERANCE = 1_000_000

_CONTENT = frozenset({Side.INPUT, Side.OUTPUT, Side.SYSTEM})


class Leak(StrEnum):
    """Where an instrumentation tells content that it was asked to keep."""

    NAME = "span name"
    STATUS = "status message"
    EXCEPTION = "exception event"
    PARAMETERS = "llm.invocation_parameters"
    INSTRUCTIONS = "gen_ai.system_instructions"


@dataclass(slots=True)
class DialectTally:
    """What the spans of one dialect held."""

    spans: int = 0
    agents: int = 0
    agents_with_content: int = 0  # fingerprints of Intact's own among it
    models: int = 0
    with_content: int = 0  # of the model calls
    problems: Counter[Reason] = field(default_factory=Counter)  # of all spans
    leaks: Counter[Leak] = field(default_factory=Counter)


class Skew(NamedTuple):
    """Spans that began before the span that caused them, in another service."""

    spans: int = 0
    most: int = 0  # nanoseconds


class Tally:
    """Everything that was counted. Holds ids and times of the spans, no content."""

    def __init__(self) -> None:
        self._spans: dict[SpanKey, _Place] = {}
        self._models: dict[SpanKey, tuple[str, bool]] = {}  # dialect, and whether it told content
        self._told: set[SpanKey] = set()  # spans whose content came in log records
        self._counts: defaultdict[str, DialectTally] = defaultdict(DialectTally)
        self._sources: defaultdict[bytes, set[str]] = defaultdict(set)

    def add(self, spans: Iterable[ReducedSpan]) -> None:
        """Count spans. Costs some microseconds each."""
        for span in spans:
            tells = not _CONTENT.isdisjoint(span.fingerprints)
            if span.role is Role.CONTENT:
                if tells:
                    self._told.add((span.trace_id, span.parent_id))
                continue
            if span.key in self._spans:
                continue
            parent = (span.trace_id, span.parent_id) if span.parent_id else None
            self._spans[span.key] = _Place(parent, span.start, span.service)
            if not span.dialect:
                continue
            counts = self._counts[span.dialect]
            counts.spans += 1
            if span.role is Role.AGENT:
                counts.agents += 1
                counts.agents_with_content += bool(span.fingerprints)
            counts.problems.update(span.problems)
            if span.role is Role.MODEL:
                counts.models += 1
                self._models[span.key] = span.dialect, tells

    def leaked(self, dialect: str, leaks: Iterable[Leak]) -> None:
        """Count places in which a span without content tells some."""
        self._counts[dialect].leaks.update(leaks)

    def came_from(self, trace: bytes, source: str) -> None:
        """Note that spans of a trace lie in a file."""
        self._sources[trace].add(source)

    @property
    def split(self) -> tuple[int, int]:
        """How many traces lie in more than one source, and how many there are."""
        return sum(len(one) > 1 for one in self._sources.values()), len(self._sources)

    def dialects(self) -> dict[str, DialectTally]:
        """The counts of each dialect, most spans first."""
        told = Counter(
            dialect for key, (dialect, tells) in self._models.items() if tells or key in self._told
        )
        ordered = sorted(self._counts.items(), key=lambda item: (-item[1].spans, item[0]))
        return {name: replace(one, with_content=told[name]) for name, one in ordered}

    @property
    def parents(self) -> tuple[int, int]:
        """How many spans have a parent that is not there, and how many have one at all."""
        above = [place.parent for place in self._spans.values() if place.parent is not None]
        return sum(parent not in self._spans for parent in above), len(above)

    @property
    def skew(self) -> Skew:
        """How far the clocks of services disagree, as far as parents and children show it."""
        early = []
        for place in self._spans.values():
            above = self._spans.get(place.parent) if place.parent else None
            services = {place.service, above.service if above else None}
            if above is not None and len(services) == 2 and None not in services:
                early.append(above.start - place.start)
        late = [by for by in early if by > TOLERANCE]
        return Skew(len(late), max(late, default=0))


class _Place(NamedTuple):
    parent: SpanKey | None
    start: int
    service: str | None
