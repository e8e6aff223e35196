"""Spans that no dialect reads, where they lie between spans that one reads.

An agent of one service calls an agent of another: between their spans lie those of web frameworks
and clients. Of these the ids and times are kept, nothing else, and only of ancestors: a span is
held back until a span below it asks for it, or it is asked for already. What is held is bounded;
the traces that were quiet longest go first. Nothing of it survives a restart: then some remote call
is found by weaker signs.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

from intact_collector.model.span import ReducedSpan, Role
from intact_collector.otlp import Bare

#: Spans that are held, and traces of which something is known.
_SPANS: Final = 65_536
_TRACES: Final = 16_384
#: Parents of one trace that are waited for.
_WANTED: Final = 4_096


@dataclass(slots=True)
class _Trace:
    held: dict[bytes, Bare] = field(default_factory=dict)
    wanted: set[bytes] = field(default_factory=set)


class Ancestors:
    """Owned by one thread. Each span costs a look-up; one that is asked for, a walk up."""

    def __init__(self, spans: int = _SPANS, traces: int = _TRACES) -> None:
        self._most_spans = spans
        self._most_traces = traces
        self._traces: OrderedDict[bytes, _Trace] = OrderedDict()
        self._held = 0

    def passed(self, bare: Bare) -> list[ReducedSpan]:
        """A span that no dialect reads: it, and those above it, where one below asked for it."""
        trace = self._trace(bare.trace_id)
        if bare.span_id not in trace.held:
            trace.held[bare.span_id] = bare
            self._held += 1
        found = self._climb(trace, bare.span_id) if bare.span_id in trace.wanted else []
        self._shrink()
        return found

    def asked(self, trace_id: bytes, parent_id: bytes) -> list[ReducedSpan]:
        """Of a span that is read: those above it that have come already."""
        if not parent_id:
            return []
        trace = self._trace(trace_id)
        found = self._climb(trace, parent_id)
        self._shrink()
        return found

    def _trace(self, trace_id: bytes) -> _Trace:
        trace = self._traces.get(trace_id)
        if trace is None:
            trace = self._traces[trace_id] = _Trace()
        else:
            self._traces.move_to_end(trace_id)
        return trace

    def _climb(self, trace: _Trace, span_id: bytes) -> list[ReducedSpan]:
        """What is held from here upwards; the first that is missing is waited for."""
        found = []
        while (bare := trace.held.pop(span_id, None)) is not None:
            self._held -= 1
            found.append(_reduced(bare))
            trace.wanted.discard(span_id)
            span_id = bare.parent_id
        if len(trace.wanted) < _WANTED:
            trace.wanted.add(span_id)
        return found

    def _shrink(self) -> None:
        while self._held > self._most_spans or len(self._traces) > self._most_traces:
            _, trace = self._traces.popitem(last=False)
            self._held -= len(trace.held)


def _reduced(bare: Bare) -> ReducedSpan:
    return ReducedSpan(
        trace_id=bare.trace_id,
        span_id=bare.span_id,
        parent_id=bare.parent_id,
        start=bare.start,
        end=bare.end,
        dialect="",
        role=Role.OTHER,
    )
