"""What the receivers took and what they refused, by name, transport and signal.

In: counts, from the event loop's thread alone (that is why there is no lock). Out: `rows`, which
the exporter sends as `intact.collector.*`. Names follow the OpenTelemetry Collector where it has
one. Nothing that a client sends can become a name or an attribute, so the number of rows is small
and fixed.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Final

from intact_collector.model.metric import Instrument, MetricSpec
from intact_collector.receive.request import Signal, Transport

_PREFIX: Final = "intact.collector.receiver_"

#: Sorted names and values, as in `Series`.
Attributes = tuple[tuple[str, str], ...]


class Counter(Enum):
    """The value is the name on the wire."""

    REQUESTS = _PREFIX + "requests"
    ABANDONED = _PREFIX + "abandoned_requests"
    ACCEPTED_SPANS = _PREFIX + "accepted_spans"
    REFUSED_SPANS = _PREFIX + "refused_spans"
    FAILED_SPANS = _PREFIX + "failed_spans"
    ACCEPTED_LOG_RECORDS = _PREFIX + "accepted_log_records"
    REFUSED_LOG_RECORDS = _PREFIX + "refused_log_records"
    FAILED_LOG_RECORDS = _PREFIX + "failed_log_records"
    DROPPED_LINKS = _PREFIX + "dropped_links"


def _spec(counter: Counter, unit: str, description: str) -> MetricSpec:
    return MetricSpec(counter.value, Instrument.COUNTER, unit, description)


#: What each counter counts. All carry `transport`, and `signal` where it is known.
SPECS: Final[tuple[MetricSpec, ...]] = (
    _spec(
        Counter.REQUESTS,
        "{request}",
        "Answered requests, by outcome (success, refused, failure) and reason",
    ),
    _spec(
        Counter.ABANDONED,
        "{request}",
        "Requests whose client or grace was gone before the answer; counted beside their outcome",
    ),
    _spec(Counter.ACCEPTED_SPANS, "{span}", "Spans that were taken and acknowledged"),
    _spec(Counter.REFUSED_SPANS, "{span}", "Spans that were not taken, by reason"),
    _spec(Counter.FAILED_SPANS, "{span}", "Spans that could not be kept because of a failure here"),
    _spec(Counter.ACCEPTED_LOG_RECORDS, "{record}", "Log records taken and acknowledged"),
    _spec(Counter.REFUSED_LOG_RECORDS, "{record}", "Log records that were not taken, by reason"),
    _spec(
        Counter.FAILED_LOG_RECORDS,
        "{record}",
        "Log records that could not be kept because of a failure here",
    ),
    _spec(Counter.DROPPED_LINKS, "{link}", "Span links with invalid ids; their spans were taken"),
)


class Counters:
    """Totals since the start of the process. Owned by the event loop."""

    def __init__(self) -> None:
        self._totals: dict[tuple[Counter, Attributes], int] = {}

    def add(
        self,
        counter: Counter,
        count: int,
        *,
        transport: Transport,
        signal: Signal | None,
        **more: str,
    ) -> int:
        """Add `count` (0 leaves no row) and return the new total of that row."""
        attributes = {"transport": transport.value, **more}
        if signal is not None:
            attributes["signal"] = signal.value
        key = (counter, tuple(sorted(attributes.items())))
        total = self._totals.get(key, 0) + count
        if count:
            self._totals[key] = total
        return total

    def rows(self) -> Iterator[tuple[Counter, Attributes, int]]:
        """Every total, in a stable order."""
        for (counter, attributes), total in sorted(
            self._totals.items(), key=lambda row: (row[0][0].value, row[0][1])
        ):
            yield counter, attributes, total

    def total(self, counter: Counter, **attributes: str) -> int:
        """The sum over all rows that have these attributes."""
        wanted = set(attributes.items())
        return sum(
            total for name, row, total in self.rows() if name is counter and wanted <= set(row)
        )
