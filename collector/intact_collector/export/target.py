"""Where metrics and events go to, and over which protocol.

In: the collector's own settings, and the environment with `OTEL_EXPORTER_OTLP_*`. Out: a `Target`
for each signal that has an endpoint, or a `ConfigError`. Headers, certificates, compression and
timeouts are left to the SDK's exporters, which read the same variables.

An endpoint that is one of our own listeners is refused: agents and their collector often share an
environment, and a collector that exports to itself would feed on what it made.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from intact.errors import ConfigError, quoted

#: A host and port as bound.
Listener = tuple[str, int]


class Protocol(StrEnum):
    """What is spoken, in the words of `OTEL_EXPORTER_OTLP_PROTOCOL`."""

    GRPC = "grpc"
    HTTP = "http/protobuf"


@dataclass(frozen=True, slots=True)
class Target:
    """The endpoint of one signal. `given` is what the SDK's exporter is told.

    It is None when the exporter finds the endpoint in the environment by itself.
    """

    endpoint: str
    protocol: Protocol
    given: str | None


_BASE: Final = "OTEL_EXPORTER_OTLP"
_DEFAULT_PORT: Final = {Protocol.GRPC: 4317, Protocol.HTTP: 4318}

_LOOPBACK: Final = frozenset({"127.0.0.1", "::1"})
_WILDCARD: Final = frozenset({"0.0.0.0", "::"})


def targets(
    endpoint: str | None,
    protocol: str | None,
    environment: Mapping[str, str],
    listeners: Iterable[Listener],
) -> dict[str, Target]:
    """The target of `metrics` and of `logs`; a signal without an endpoint is missing.

    Args:
        endpoint: The collector's own setting, a base URL; it wins over the environment.
        protocol: `grpc` or `http/protobuf`; likewise.
        environment: The process environment.
        listeners: Addresses this collector listens on.
    """
    listening = tuple(listeners)
    found = {}
    for signal in ("metrics", "logs"):
        target = _target(signal, endpoint, protocol, environment)
        if target is not None:
            _refuse_own(target, listening)
            found[signal] = target
    return found


def _target(
    signal: str, endpoint: str | None, protocol: str | None, environment: Mapping[str, str]
) -> Target | None:
    own, shared = f"{_BASE}_{signal.upper()}", _BASE
    if endpoint is not None:
        parts = _parsed(endpoint, "--export-endpoint")
        spoken = _protocol(protocol, (own, shared), environment, parts)
        given = endpoint if spoken is Protocol.GRPC else _signal_url(endpoint, signal)
        return Target(given, spoken, given)
    for prefix in (own, shared):
        url = environment.get(f"{prefix}_ENDPOINT", "").strip()
        if url:
            parts = _parsed(url, f"{prefix}_ENDPOINT")
            return Target(url, _protocol(protocol, (own, shared), environment, parts), None)
    return None


def _parsed(url: str, name: str) -> SplitResult:
    # gRPC targets may come without a scheme, and the SDK's exporter takes them so.
    text = url if "://" in url else f"//{url}"
    try:
        parts = urlsplit(text)
        usable = bool(parts.hostname) and parts.scheme in ("", "http", "https")
        _ = parts.port  # raises when it is no number, or none that a port can have
    except ValueError:
        usable = False
    if not usable:
        raise ConfigError(
            f"{name} is {quoted(url)}, which is no endpoint; for example http://otel.example:4317"
        )
    return parts


def _protocol(
    setting: str | None,
    prefixes: tuple[str, ...],
    environment: Mapping[str, str],
    parts: SplitResult,
) -> Protocol:
    candidates = [("--export-protocol", setting or "")]
    candidates += [
        (f"{prefix}_PROTOCOL", environment.get(f"{prefix}_PROTOCOL", "")) for prefix in prefixes
    ]
    for name, value in candidates:
        if value.strip():
            try:
                return Protocol(value.strip().lower())
            except ValueError:
                raise ConfigError(
                    f"{name} is {value!r}, which is not spoken here; "
                    "for example grpc or http/protobuf"
                ) from None
    # Port 4318 and a path are how OTLP/HTTP looks; over gRPC they could only fail.
    http = parts.port == _DEFAULT_PORT[Protocol.HTTP] or parts.path.strip("/") != ""
    return Protocol.HTTP if http else Protocol.GRPC


def _signal_url(base: str, signal: str) -> str:
    return f"{base.rstrip('/')}/v1/{signal}"


def _refuse_own(target: Target, listeners: tuple[Listener, ...]) -> None:
    parts = urlsplit(target.endpoint if "://" in target.endpoint else f"//{target.endpoint}")
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    if target.protocol is Protocol.GRPC:
        port = parts.port or _DEFAULT_PORT[Protocol.GRPC]
    near = [host for host, listening in listeners if listening == port]
    if near and _reaches(parts.hostname or "", near):
        raise ConfigError(
            f"the export endpoint {parts.hostname}:{port} is this collector itself: "
            "give --export-endpoint another one, or unset OTEL_EXPORTER_OTLP_ENDPOINT for it"
        )


def _reaches(host: str, listeners: list[str]) -> bool:
    reached = _folded(_addresses(host))
    for listener in listeners:
        bound = _addresses(listener or "0.0.0.0")
        if bound & _WILDCARD and any(_is_local(address) for address in reached):
            return True
        if _folded(bound) & reached:
            return True
    return False


def _folded(addresses: frozenset[str]) -> frozenset[str]:
    # Connecting to a wildcard ends on the loopback; `localhost` is one or the other of the two.
    return addresses | _LOOPBACK if addresses & (_LOOPBACK | _WILDCARD) else addresses


def _addresses(host: str) -> frozenset[str]:
    """What a host resolves to.

    Nothing when it does not resolve: a backend may come up later than we do, and it is not us.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return frozenset()
    return frozenset(_plain(str(sockaddr[0])) for *_, sockaddr in found)


def _plain(address: str) -> str:
    parsed = ip_address(address.partition("%")[0])
    mapped = getattr(parsed, "ipv4_mapped", None)
    return str(mapped or parsed)


def _is_local(address: str) -> bool:
    """Whether an address is one of this machine's: only those can be bound. Nothing is sent."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((address, 0))
    except OSError:
        return False
    return True
