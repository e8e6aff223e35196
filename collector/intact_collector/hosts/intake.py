"""From a decoded request to reduced spans: what every host does first.

In: an OTLP request of spans or log records, content inside. Out: `ReducedSpan`s, content gone, and
counts of what was left out. A span that trips up a dialect costs that span alone, not its batch:
the sender would offer the same batch again, for ever.
"""

from __future__ import annotations

import logging
from collections import Counter

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from intact_collector.dialects.choose import neutral, neutral_content
from intact_collector.dialects.unseen import with_unseen
from intact_collector.hosts.ancestors import Ancestors
from intact_collector.model.span import ReducedSpan
from intact_collector.otlp import UNCLAIMED_RECORD, UNCLAIMED_SPAN, Bare, raw_records, raw_spans
from intact_collector.reduce import Fingerprints, reduce

_log = logging.getLogger(__name__)

#: A span that a dialect claimed and could not read.
UNREADABLE = "unreadable"


def reduced_spans(
    request: ExportTraceServiceRequest,
    fingerprinter: Fingerprints,
    skipped: Counter[str],
    ancestors: Ancestors | None = None,
) -> list[ReducedSpan]:
    """The agent spans of a request without their content; ``skipped`` counts the others.

    With ``ancestors``, spans that lie between those of agents are among them, as ids and times.
    """
    found: list[ReducedSpan] = []

    def bare(span: Bare) -> None:
        if ancestors is not None:
            found.extend(ancestors.passed(span))

    for raw in raw_spans(request, skipped, bare if ancestors is not None else None):
        try:
            span = neutral(raw)
            if span is None:
                skipped[UNCLAIMED_SPAN] += 1
                if raw.parent_id:
                    bare(Bare(raw.trace_id, raw.span_id, raw.parent_id, raw.start, raw.end))
                continue
            found.extend(reduce(one, fingerprinter) for one in with_unseen(span))
        except Exception as error:
            skipped[UNREADABLE] += 1
            # The message of a foreign exception may quote content: its type has to do.
            _log.warning("a span could not be read (%s)", type(error).__name__)
            continue
        if ancestors is not None:
            found.extend(ancestors.asked(raw.trace_id, raw.parent_id))
    return found


def reduced_records(
    request: ExportLogsServiceRequest, fingerprinter: Fingerprints, skipped: Counter[str]
) -> list[ReducedSpan]:
    """The messages in log records, without their content, each as a child of its span."""
    found = []
    for raw, records in raw_records(request, skipped):
        try:
            content = neutral_content(raw)
            if content is not None:
                found.append(reduce(content, fingerprinter))
            else:
                skipped[UNCLAIMED_RECORD] += records
        except Exception as error:
            skipped[UNREADABLE] += records
            _log.warning("log records could not be read (%s)", type(error).__name__)
    return found
