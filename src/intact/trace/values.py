"""Fingerprints and measurements of plain values, and the way out for spans.

These are explicit calls on data: unlike the rest of this room they may raise.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from time import monotonic

from opentelemetry import context as otel
from opentelemetry import trace

from intact.fingerprint import Aliases
from intact.measure import compare as measure_pair
from intact.model.fingerprint import Fingerprint
from intact.model.measurement import Measurement
from intact.trace import health
from intact.trace.backlog import BACKLOG
from intact.trace.runtime import runtime
from intact.trace.scope import scope_of

#: What paths are called besides: one name, or several.
AliasMap = Mapping[str, str | Sequence[str]]


def fingerprint(
    context: object, *, must_keep: Sequence[str] = (), aliases: AliasMap | None = None
) -> Fingerprint:
    """The fingerprint of a context under this process's key: hashes and names, no values.

    Reads dicts, lists, strings, dataclasses, pydantic and attrs models, LLM messages and numpy
    values. Never raises: `Fingerprint.limits` says what could not be read. The first call of a
    process finds its key.

    Args:
        context: Any Python value.
        must_keep: Paths of facts that have to survive.
        aliases: What paths are called besides; those of `configure` by default.

    Raises:
        ValueError: If an alias is no path, or of two paths.

    >>> import intact
    >>> [fact.name for fact in intact.fingerprint({"order": {"id": "A-1042"}}).facts]
    ['order.id']
    """
    declared = None if aliases is None else Aliases(aliases)
    shared, here = runtime(), otel.get_current()
    session = scope_of(here).current
    key_id = None if session is None else session.key_id
    trace_id = trace.get_current_span(here).get_span_context().trace_id
    fingerprinter = shared.fingerprinters().under(key_id, session, trace_id)
    made = shared.fingerprint(fingerprinter, context, must_keep, aliases=declared)
    return shared.disclosed(made)


def compare(
    known: object | Fingerprint,
    received: object | Fingerprint,
    *,
    must_keep: Sequence[str] = (),
    aliases: AliasMap | None = None,
) -> Measurement:
    """What of one context survives in another: the same measure as for a handoff.

    Args:
        known: What the sender held: any context, or a fingerprint.
        received: What the receiver was given.
        must_keep: Paths in ``known`` that have to survive.
        aliases: What paths are called besides, on either side: ``{"order.id": "orderId"}``. Those
            of `configure` by default. Fingerprints that are given have theirs already.

    Fingerprints under different keys give the verdict ``not_measured``.

    >>> import intact
    >>> known = {"order": {"id": "A-1042", "total": "129.90 EUR"}, "refund_by": "2026-12-04"}
    >>> intact.compare(known, "Please refund order A-1042: 129.90 EUR.").lost[0].fact
    'refund_by'
    """
    if not isinstance(known, Fingerprint):
        known = fingerprint(known, must_keep=must_keep, aliases=aliases)
    if not isinstance(received, Fingerprint):
        received = fingerprint(received, aliases=aliases)
    return measure_pair(known, received)


def flush(timeout: float = 5.0) -> bool:
    """Send what waits to be told and sent, for at most ``timeout`` seconds.

    Spans leave by themselves a moment after they end, and when the process exits. For a process
    that is frozen or killed without notice, such as a serverless function, or for a test.

    Returns:
        Whether all of them were sent; True when there is nothing that sends.
    """
    until = monotonic() + timeout
    told = BACKLOG.drain(timeout)
    provider = runtime().provider or trace.get_tracer_provider()
    force = getattr(provider, "force_flush", None)
    if force is None:
        return told
    sent: list[bool] = []
    left = max(0.0, until - monotonic())

    def send() -> None:
        with health.guarded("flush"):
            sent.append(bool(force(int(left * 1000))))

    # The SDK's own processors do not keep to the timeout that they are given.
    sender = threading.Thread(target=send, name="intact flush", daemon=True)
    sender.start()
    sender.join(left)
    return told and sent == [True]
