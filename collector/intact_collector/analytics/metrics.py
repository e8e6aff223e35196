"""The table of metrics, and what one effect adds to them.

In: a settled handoff or a closed session. Out: `Increment`s. Which series they end up in is left
to `totals`; what was counted before is left to the store. Attributes that nobody knows are left
out, never empty: an empty string is a series of its own in most backends. No session id is ever an
attribute; exemplars point at the trace instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from intact.codec import attributes as names
from intact.model.measurement import Verdict
from intact_collector.analytics.spelling import label
from intact_collector.model.effect import HandoffSettled, SessionClosed
from intact_collector.model.metric import Exemplar, Increment, Instrument, MetricSpec
from intact_collector.model.session import Handoff, Session
from intact_collector.model.span import SpanKey

#: Sorted pairs of an attribute and its value: the identity of a series.
Labels = tuple[tuple[str, str], ...]

#: Dense where thresholds lie: 0.9 is "degraded", 0.5 is "lost".
_SHARES = (0.0, 0.1, 0.25, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.99, 1.0)

#: From nothing to a context window of millions of tokens, in steps of four.
_BYTES = (0.0, 64.0, 256.0, *(1024.0 * 4**power for power in range(8)))

#: From a call in one process to a queue or a person in between.
_SECONDS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0)

_TABLE: Final = (
    MetricSpec(
        "intact.handoff.retention", Instrument.HISTOGRAM, "1",
        "Weighted share of the facts known to the sender that the receiver holds.", _SHARES,
    ),
    MetricSpec(
        "intact.handoffs", Instrument.COUNTER, "{handoff}",
        "Handoffs by verdict, those that could not be measured included.",
    ),
    MetricSpec(
        "intact.handoff.facts", Instrument.COUNTER, "{fact}",
        "Facts of measured handoffs by what became of them.",
    ),
    MetricSpec(
        "intact.handoff.payload.size", Instrument.HISTOGRAM, "By",
        "Size of what was passed on.", _BYTES,
    ),
    MetricSpec(
        "intact.handoff.duration", Instrument.HISTOGRAM, "s",
        "Time from the sender letting go to the receiver starting.", _SECONDS,
    ),
    MetricSpec(
        "intact.session.retention", Instrument.HISTOGRAM, "1",
        "Retention over all measured handoffs of a closed session, returns left out.", _SHARES,
    ),
)  # fmt: skip

#: Every metric of handoffs and sessions, by name.
METRICS: Final[Mapping[str, MetricSpec]] = MappingProxyType({spec.name: spec for spec in _TABLE})


def increments(effect: HandoffSettled | SessionClosed) -> list[Increment]:
    """What this effect adds to the totals: always the same for the same effect."""
    if isinstance(effect, HandoffSettled):
        return list(_of_handoff(effect.handoff, effect.journey))
    return list(_of_session(effect.session))


def _of_handoff(handoff: Handoff, journey: str | None) -> Iterator[Increment]:
    labels = _handoff_labels(handoff, journey)
    at, time = handoff.edge.at, handoff.edge.time
    measured = handoff.measurement

    verdict = _with(labels, names.VERDICT, measured.verdict.value)
    yield _increment("intact.handoffs", verdict, 1.0, at, time)
    for outcome, count in sorted(measured.facts.items()):
        if count:
            counted = _with(labels, names.OUTCOME, outcome.value)
            yield _increment("intact.handoff.facts", counted, float(count), at, time)
    if measured.verdict is not Verdict.NOT_MEASURED and measured.retention is not None:
        yield _increment("intact.handoff.retention", labels, measured.retention, at, time)
    if measured.payload_bytes is not None:
        size = float(measured.payload_bytes)
        yield _increment("intact.handoff.payload.size", labels, size, at, time)
    # A receiver that starts before its sender let go has a clock of its own: that is no duration.
    if handoff.duration is not None and handoff.duration >= 0:
        yield _increment("intact.handoff.duration", labels, handoff.duration, at, time)


def _of_session(session: Session) -> Iterator[Increment]:
    if session.retention is None or not session.turns:
        return
    first = session.turns[0]
    labels = _labels(
        {names.JOURNEY_NAME: session.journey, names.TARGET_SERVICE_NAME: first.service}
    )
    yield _increment("intact.session.retention", labels, session.retention, first.key, session.end)


def _handoff_labels(handoff: Handoff, journey: str | None) -> Labels:
    return _labels(
        {
            names.SOURCE_NAME: handoff.source,
            names.TARGET_NAME: handoff.target,
            names.HANDOFF_MODE: handoff.edge.mode.value,
            names.HANDOFF_ORIGIN: handoff.edge.origin.value,
            names.JOURNEY_NAME: journey,
            names.TARGET_SERVICE_NAME: handoff.service,
            names.TARGET_SERVICE_VERSION: handoff.service_version,
        }
    )


def _labels(given: Mapping[str, str | None]) -> Labels:
    return tuple(sorted((name, label(value)) for name, value in given.items() if value))


def _with(labels: Labels, name: str, value: str) -> Labels:
    return tuple(sorted((*labels, (name, value))))


def _increment(metric: str, labels: Labels, value: float, at: SpanKey, time: int) -> Increment:
    trace_id, span_id = at
    return Increment(metric, labels, value, Exemplar(trace_id, span_id, value, time))
