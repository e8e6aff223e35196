"""A sampler that traces a session whole or not at all.

In: the context in which a span starts.  Out: the decision of the OpenTelemetry SDK.
Handoffs of a session that is traced in part could not be measured: what went through the turns
that are missing would look lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING

from opentelemetry.context import get_current
from opentelemetry.sdk.trace.sampling import (
    Decision,
    ParentBased,
    Sampler,
    SamplingResult,
    TraceIdRatioBased,
)
from opentelemetry.trace import get_current_span

from intact.trace.scope import session_id_of

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Link, SpanKind, TraceState
    from opentelemetry.util.types import Attributes


class SessionRatioSampler(Sampler):
    """Samples a share of sessions, decided by the session's id alone.

    The same session is decided the same way in every process and on every machine. Where no id
    is known the parent decides, and for a root the trace id.

    In an application's own setup, or by ``OTEL_TRACES_SAMPLER=intact_session_ratio`` and
    ``OTEL_TRACES_SAMPLER_ARG=0.25``.
    """

    def __init__(self, ratio: float) -> None:
        """Take the share of sessions to sample, from 0 to 1; ValueError for any other."""
        self._otherwise = ParentBased(TraceIdRatioBased(ratio))
        self._ratio = ratio
        self._bound = round(ratio * (1 << 64))

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        """Decide by the session of the context, else as the parent or the trace id says."""
        ctx = get_current() if parent_context is None else parent_context
        session = session_id_of(ctx)
        if session is None:
            return self._otherwise.should_sample(
                parent_context, trace_id, name, kind, attributes, links, trace_state
            )
        state = get_current_span(ctx).get_span_context().trace_state or None
        if _place(session) < self._bound:
            return SamplingResult(Decision.RECORD_AND_SAMPLE, attributes, state)
        return SamplingResult(Decision.DROP, None, state)

    def get_description(self) -> str:
        return f"SessionRatioSampler{{{self._ratio}}}"


def from_argument(argument: str | None) -> SessionRatioSampler:
    """Make the sampler that ``OTEL_TRACES_SAMPLER=intact_session_ratio`` asks for."""
    return SessionRatioSampler(float(argument) if argument else 1.0)


def _place(session: str) -> int:
    """Where a session stands among all: the same number everywhere, without the project's key."""
    digest = blake2b(session.encode(errors="surrogatepass"), digest_size=8, person=b"intact ratio")
    return int.from_bytes(digest.digest(), "big")
