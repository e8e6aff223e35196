"""Trace and baggage in and out of whatever carries messages between processes.

In: headers as HTTP libraries, ASGI, WSGI, queues and MCP have them.  Out: an OpenTelemetry
context; or the other way round. Always W3C (traceparent, tracestate, baggage), whatever
propagator the application chose for itself: it is the one that every reader knows.
What cannot be read is ignored and counted. It comes from outside and is never logged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, MutableSequence
from typing import Final

from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.context import Context
from opentelemetry.trace import get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from intact.trace import health

#: Headers of any shape: a mapping (of HTTP, WSGI, a queue, MCP `_meta`) or a list of pairs.
Headers = Mapping[str, object] | Iterable[tuple[str | bytes, str | bytes]]

#: Where headers can be put: a mapping, or a list of pairs as Kafka and ASGI have it.
Carrier = MutableMapping[str, str] | MutableSequence[tuple[str, bytes]]

_TRACE: Final = TraceContextTextMapPropagator()
_BAGGAGE: Final = W3CBaggagePropagator()
_NAMES: Final = frozenset({"traceparent", "tracestate", "baggage"})
_MEMBER: Final = re.compile(r"[!#$%&'*+\-.^_`|~\w]+[ \t]*=[ \t]*[\x21\x23-\x2b\x2d-\x7e]*")
_LONGEST: Final = 8192


def headers_of(ctx: Context) -> dict[str, str]:
    """The headers that carry a context on."""
    carrier: dict[str, str] = {}
    _TRACE.inject(carrier, ctx)
    _BAGGAGE.inject(carrier, ctx)
    return carrier


def put_into(carrier: Carrier, ctx: Context) -> None:
    """Add the headers that carry a context on; one with the same name is replaced."""
    for name, value in headers_of(ctx).items():
        if isinstance(carrier, MutableMapping):
            carrier[name] = value
        else:
            carrier.append((name, value.encode("ascii")))


def read_from(headers: Headers, ctx: Context) -> Context | None:
    """The context that headers carry, on top of ``ctx``; None when they carry nothing."""
    found: dict[str, str] = {}
    for name, value in _pairs(headers):
        if name == "baggage" and name in found:
            found[name] += "," + value
        else:
            found.setdefault(name, value)
    if not found:
        return None
    before = get_current_span(ctx).get_span_context()
    inner = _TRACE.extract(found, ctx)
    if "traceparent" in found and get_current_span(inner).get_span_context() is before:
        health.ignored("headers_unreadable", "a traceparent could not be read")
    if "baggage" in found:
        inner = _BAGGAGE.extract({"baggage": _sound(found["baggage"])}, inner)
    return inner


def _pairs(headers: Headers) -> Iterator[tuple[str, str]]:
    """The headers that matter, in lower case, whatever shape they have."""
    items = getattr(headers, "items", None)
    try:
        pairs = iter(items() if callable(items) else headers)
        for pair in pairs:
            name, value = (_text(part) for part in pair)
            short = name.lower().replace("_", "-").removeprefix("http-")
            if short in _NAMES:
                yield short, value
    except Exception:  # anything may stand here, and nothing of it is worth the user's request
        health.ignored("headers_unreadable", "headers of an unknown shape were ignored")


def _text(part: object) -> str:
    if isinstance(part, (list, tuple)):
        part = part[0] if part else ""
    if isinstance(part, (bytes, bytearray)):
        return bytes(part).decode("latin-1")
    return part if isinstance(part, str) else ""


def _sound(header: str) -> str:
    """The members that are baggage: the propagator would log the others, content and all."""
    members = [member.strip() for member in header.split(",")] if len(header) <= _LONGEST else []
    sound = [member for member in members if _MEMBER.match(member)]
    if len(sound) != len([member for member in members if member]) or not members:
        health.ignored("headers_unreadable", "baggage could not be read")
    return ",".join(sound)
