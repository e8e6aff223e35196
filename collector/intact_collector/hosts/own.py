"""The collector's numbers about itself, in one table.

In: counts by metric and reason, from several threads. Out: series, as any other metric. A reason
is always one of our own words, never something a client sent, so there are few of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from threading import Lock
from typing import Final

from intact_collector.model.metric import Instrument, MetricSpec, Series

_PREFIX = "intact.collector."


def _counter(name: str, unit: str, description: str) -> MetricSpec:
    return MetricSpec(_PREFIX + name, Instrument.COUNTER, unit, description)


SKIPPED_SPANS: Final = _counter(
    "skipped_spans", "{span}", "Spans that no dialect could read, by reason"
)
SKIPPED_LOGS: Final = _counter(
    "skipped_log_records", "{record}", "Log records whose content is in no span, by reason"
)
DISCARDED_SPANS: Final = _counter(
    "discarded_spans", "{span}", "Agent spans that left without being measured, by reason"
)
STORE: Final = _counter("store_losses", "{item}", "What the store had to give up, by reason")
FAILURES: Final = _counter(
    "failures", "{failure}", "What went wrong inside and was tried again, by reason"
)

#: What a `Tally` may count, and the store: each by reason.
TABLE: Final = (SKIPPED_SPANS, SKIPPED_LOGS, DISCARDED_SPANS, STORE, FAILURES)

SENT_EVENTS: Final = _counter(
    "exporter_sent_log_records", "{record}", "Evaluation events that a backend took"
)
SEND_FAILED: Final = _counter(
    "exporter_send_failed", "{export}", "Exports that a backend did not take, by signal"
)

#: What an export loop counts.
OF_EXPORTS: Final = (SENT_EVENTS, SEND_FAILED)

#: The counters of the export loop, as metrics.
EXPORTS: Final[Mapping[str, tuple[MetricSpec, tuple[tuple[str, str], ...]]]] = {
    "events_delivered": (SENT_EVENTS, ()),
    "metrics_export_failures": (SEND_FAILED, (("signal", "metrics"),)),
    "events_export_failures": (SEND_FAILED, (("signal", "logs"),)),
}

OPEN_TRACES: Final = _PREFIX + "open_traces"
QUEUED_BYTES: Final = _PREFIX + "queued_bytes"


class Tally:
    """Counts by metric and reason since the start of the process. Any thread may add."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, spec: MetricSpec, reasons: Mapping[str, int]) -> None:
        """Add counts; a reason with nothing to count leaves no row."""
        found = {(spec.name, reason): count for reason, count in reasons.items() if count}
        with self._lock:
            self._counts.update(found)

    def rows(self) -> list[tuple[str, str, int]]:
        """Metric, reason and total, in a stable order."""
        with self._lock:
            return sorted((*key, count) for key, count in self._counts.items())


def counted(
    metric: str, attributes: tuple[tuple[str, str], ...], total: int, start: int, now: int
) -> Series:
    """The series of one counter."""
    return Series(metric, attributes, start, now, total, float(total))
