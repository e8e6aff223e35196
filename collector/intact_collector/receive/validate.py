"""Ids that cannot be ids.

In: a decoded request. Out: the same request without the items whose ids are invalid, and a
`Checked` that says how many left and why. The rest of a batch is kept: one broken span must not
cost the others. Looks at ids only.

An all-zero parent is what some SDKs write for "none", and is cleared. A link with invalid ids is
removed, its span stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.trace.v1.trace_pb2 import Span

_NO_TRACE: Final = bytes(16)
_NO_SPAN: Final = bytes(8)

_TRACE_ID: Final = "with an invalid trace id (16 bytes, not all zero)"
_SPAN_ID: Final = "with an invalid span id (8 bytes, not all zero)"
_PARENT_ID: Final = "with an invalid parent span id (none, or 8 bytes)"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: items that stayed, items that left by reason, links that left."""

    kept: int
    invalid: Mapping[str, int] = field(default_factory=dict)
    links: int = 0

    @property
    def rejected(self) -> int:
        return sum(self.invalid.values())

    def message(self, items: str) -> str:
        """One English sentence for the client, empty when there is nothing to say."""
        if not self.invalid:
            return ""
        parts = ", ".join(f"{count} {why}" for why, count in sorted(self.invalid.items()))
        return f"{self.rejected} of {self.kept + self.rejected} {items} refused: {parts}"


def check_spans(request: ExportTraceServiceRequest) -> Checked:
    """Remove invalid spans and links from `request`."""
    kept, invalid, links = 0, Counter[str](), 0
    for resource in request.resource_spans:
        for scope in resource.scope_spans:
            kept += _keep_valid(scope.spans, _wrong_in_span, invalid)
            for span in scope.spans:
                if span.links:
                    links += _drop_links(span)
    return Checked(kept, invalid, links)


def check_logs(request: ExportLogsServiceRequest) -> Checked:
    """Remove log records whose ids are invalid; records without ids are valid."""
    kept, invalid = 0, Counter[str]()
    for resource in request.resource_logs:
        for scope in resource.scope_logs:
            kept += _keep_valid(scope.log_records, _wrong_in_record, invalid)
    return Checked(kept, invalid)


def _keep_valid(items: Any, wrong: Callable[[Any], str | None], invalid: Counter[str]) -> int:
    good = []
    for item in items:
        why = wrong(item)
        if why is None:
            good.append(item)
        else:
            invalid[why] += 1
    if len(good) != len(items):
        _replace(items, good)
    return len(good)


def _replace(items: Any, good: list[Any]) -> None:
    """Rebuild a repeated field: deleting one by one would be quadratic in a hostile request."""
    del items[:]
    items.extend(good)


def _wrong_in_span(span: Span) -> str | None:
    trace_id, span_id, parent = span.trace_id, span.span_id, span.parent_span_id
    if len(trace_id) != 16 or trace_id == _NO_TRACE:
        return _TRACE_ID
    if len(span_id) != 8 or span_id == _NO_SPAN:
        return _SPAN_ID
    if parent:
        if len(parent) != 8:
            return _PARENT_ID
        if parent == _NO_SPAN:
            span.parent_span_id = b""
    return None


def _wrong_in_record(record: LogRecord) -> str | None:
    trace_id, span_id = record.trace_id, record.span_id
    if trace_id:
        if len(trace_id) != 16:
            return _TRACE_ID
        if trace_id == _NO_TRACE:
            record.trace_id = b""
    if span_id:
        if len(span_id) != 8:
            return _SPAN_ID
        if span_id == _NO_SPAN:
            record.span_id = b""
    return None


def _drop_links(span: Span) -> int:
    good = [
        link
        for link in span.links
        if len(link.trace_id) == 16
        and link.trace_id != _NO_TRACE
        and len(link.span_id) == 8
        and link.span_id != _NO_SPAN
    ]
    dropped = len(span.links) - len(good)
    if dropped:
        _replace(span.links, good)
    return dropped
