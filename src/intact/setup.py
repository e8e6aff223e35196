"""`configure`: settings for this process, and an OpenTelemetry SDK where the application has none.

In: arguments and environment.  Out: the runtime that all turns use, and at most one provider.
The SDK and its exporters are imported in here, on the call: importing the library loads neither.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urlsplit

from opentelemetry import trace

from intact.config import Settings, checked
from intact.errors import ConfigError
from intact.fingerprint import Aliases
from intact.semantic import load
from intact.trace.backlog import AT_EXIT, BACKLOG
from intact.trace.runtime import use

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.sdk.trace.sampling import Sampler

    from intact.fingerprint.meaning import Embedder

_log = logging.getLogger("intact")
_lock = threading.Lock()
_made: tuple[trace.TracerProvider, Settings] | None = None

#: Milliseconds until ended spans are sent. The SDK's own 5 seconds would be most of the time that
#: passes until a loss is visible; a batch five times a second costs next to nothing.
SCHEDULE_DELAY: Final = 200


def configure(
    *,
    service: str | None = None,
    endpoint: str | None = None,
    protocol: str | None = None,
    headers: Mapping[str, str] | None = None,
    key: str | None = None,
    key_file: str | os.PathLike[str] | None = None,
    other_key: str | None = None,
    other_key_file: str | os.PathLike[str] | None = None,
    privacy: str | None = None,
    names: str | None = None,
    defer: bool | None = None,
    aliases: Mapping[str, str | Sequence[str]] | None = None,
    redact: str | Sequence[str] | None = None,
    embedder: str | Embedder | None = None,
    sample_ratio: float | None = None,
    disabled: bool | None = None,
    tracer_provider: trace.TracerProvider | None = None,
) -> None:
    """Set the library up; needed only to send spans where the application does not do so itself.

    Where the application has a TracerProvider, that one is used and what concerns sending is
    left to it. Otherwise one is set up that sends OTLP; it honours the ``OTEL_*`` variables.
    Calling it again changes the settings and never sets up a second provider.

    Args:
        service: Name of this service.
        endpoint: Where spans go: ``http://localhost:4317`` by default.
        protocol: ``grpc`` or ``http/protobuf``.
        headers: Headers sent along, such as an API key.
        key: The secret for fingerprints; one for all processes that hand over to each other.
        key_file: A file that holds it, made when missing.
        defer: Fingerprint contexts off the agent's path, unless its decorator says otherwise.
        aliases: What paths are called besides: ``{"order.id": "orderId"}``, or a list of names.
            Needed for values that mean something only with their key; see the page on renamed
            facts.
        other_key: A second key, to answer handoffs that come under it while keys change.
        other_key_file: A file that holds it.
        privacy: ``standard``, or ``strict``: a key for each session, no names, no prose.
        names: ``all``, or which facts may leave with their names: ``declared`` ones, or ``none``.
        redact: Paths of which nothing is fingerprinted, at any depth of a context.
        embedder: A function from texts to vectors, or the name of one: ``wordllama``, ``minilm``,
            ``package.module:function``. A named one is loaded before this returns.
        sample_ratio: Share of sessions to trace, each whole or not at all.
        disabled: Turns the library off.
        tracer_provider: Use this provider instead of the global one.

    Raises:
        ConfigError: If a setting is wrong. Names all that are, each with an example.
        MissingExtra: If the package of a named embedder is not installed.

    Settings come from the argument, else the environment (``INTACT_*``, ``OTEL_*``), else the
    default. Opens no connection before the first span ends.
    """
    given = {
        "service": service,
        "endpoint": endpoint,
        "protocol": protocol,
        "headers": headers,
        "key": key,
        "key_file": key_file,
        "other_key": other_key,
        "other_key_file": other_key_file,
        "privacy": privacy,
        "names": names,
        "defer": defer,
        "aliases": aliases,
        "redact": redact,
        "embedder": embedder,
        "sample_ratio": sample_ratio,
        "disabled": disabled,
    }
    settings = checked(given)
    try:
        Aliases(settings.aliases)
    except ValueError as error:
        raise ConfigError(f"Intact is not configured:\naliases= is wrong: {error}") from None
    if isinstance(settings.embedder, str) and not settings.disabled:
        named = load(settings.embedder)
        named.load()
        settings = replace(settings, embedder=named)
    with _lock:
        if not settings.disabled and tracer_provider is None:
            _provide(settings)
        use(settings, tracer_provider)


def _provide(settings: Settings) -> None:
    """Set up the global provider, unless there is one."""
    global _made
    current = trace.get_tracer_provider()
    if isinstance(current, trace.ProxyTracerProvider):
        provider = _provider(settings)
        trace.set_tracer_provider(provider)
        _made = (provider, settings)
        return
    mine = _made is not None and _made[0] is current
    before = _made[1] if mine and _made is not None else Settings()
    sending = ("service", "endpoint", "protocol", "headers", "sample_ratio")
    ignored = [
        name
        for name in sending
        if getattr(settings, name) is not None and getattr(settings, name) != getattr(before, name)
    ]
    if ignored:
        _log.warning(
            "intact: %s %s no effect: a TracerProvider is set up already, %s",
            ", ".join(ignored),
            "has" if len(ignored) == 1 else "have",
            "by an earlier configure" if mine else "by the application",
        )


def _provider(settings: Settings) -> TracerProvider:
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    named = {"service.name": settings.service} if settings.service is not None else {}
    provider = TracerProvider(resource=Resource.create(named), sampler=_sampler(settings))
    provider.add_span_processor(_in_front())
    off = os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    silent = os.environ.get("OTEL_TRACES_EXPORTER", "").strip().lower() == "none"
    if not off and not silent:
        delay = None if "OTEL_BSP_SCHEDULE_DELAY" in os.environ else SCHEDULE_DELAY
        processor = BatchSpanProcessor(_exporter(settings), schedule_delay_millis=delay)
        provider.add_span_processor(processor)
    return provider


def _in_front() -> SpanProcessor:
    """Has what is deferred told before the processors behind it flush or shut down."""
    from opentelemetry.sdk.trace import SpanProcessor

    class InFront(SpanProcessor):
        def force_flush(self, timeout_millis: int = 30_000) -> bool:
            return BACKLOG.drain(timeout_millis / 1000)

        def shutdown(self) -> None:
            BACKLOG.drain(AT_EXIT)

    return InFront()


def _sampler(settings: Settings) -> Sampler | None:
    """None leaves the choice to the SDK, which reads OTEL_TRACES_SAMPLER by itself."""
    from intact.sampling import SessionRatioSampler, from_argument

    if settings.sample_ratio is not None:
        return SessionRatioSampler(settings.sample_ratio)
    if os.environ.get("OTEL_TRACES_SAMPLER", "").strip() != "intact_session_ratio":
        return None
    argument = os.environ.get("OTEL_TRACES_SAMPLER_ARG")
    try:
        return from_argument(argument)
    except ValueError:
        raise ConfigError(
            f"Intact is not configured:\nOTEL_TRACES_SAMPLER_ARG={argument!r} is wrong;"
            " an example: 0.25"
        ) from None


def _exporter(settings: Settings) -> SpanExporter:
    """The exporter for the protocol; what is not given it reads from OTEL_* by itself."""
    if _protocol(settings) == "grpc":
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import (
            OTLPSpanExporter as GrpcExporter,
        )

        headers = None if settings.headers is None else dict(_lower(settings.headers))
        return GrpcExporter(endpoint=settings.endpoint, headers=headers)
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (
        OTLPSpanExporter as HttpExporter,
    )

    endpoint = settings.endpoint
    if endpoint is not None and urlsplit(endpoint).path in {"", "/"}:
        endpoint = f"{endpoint.rstrip('/')}/v1/traces"
    return cast(
        "SpanExporter",
        HttpExporter(endpoint=endpoint, headers=dict(settings.headers or {}) or None),
    )


def _protocol(settings: Settings) -> str:
    if settings.protocol is not None:
        return settings.protocol
    for variable in ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"):
        value = os.environ.get(variable, "").strip().lower()
        if value in {"grpc", "http/protobuf"}:
            return value
        if value:
            raise ConfigError(
                f"Intact is not configured:\n{variable}={value!r} is wrong;"
                " an example: grpc, or http/protobuf"
            )
    return "grpc"


def _lower(headers: Mapping[str, str]) -> Mapping[str, str]:
    """The names of gRPC metadata are lower case, as HTTP/2 demands."""
    return {name.lower(): value for name, value in headers.items()}
