"""What is wrong with `OTEL_EXPORTER_OTLP_*`, before the SDK's exporters read it.

In: the environment. Out: nothing, or a `ConfigError` that lists every variable that cannot be
used. The exporters treat those in three ways (an exception of their own, a log line and a default,
a failure at the first export), none of which tells an operator at the start what to mend.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping

from intact.errors import ConfigError

_COMPRESSIONS = ("gzip", "deflate", "none")


def check(environment: Mapping[str, str]) -> None:
    """Raise when a variable that the exporters would read has a value they cannot use."""
    mistakes = [
        mistake
        for signal in ("", "_METRICS", "_LOGS")
        for mistake in _mistakes(f"OTEL_EXPORTER_OTLP{signal}", environment)
    ]
    if mistakes:
        raise ConfigError("\n  ".join(["the environment is wrong:", *mistakes]))


def _mistakes(prefix: str, environment: Mapping[str, str]) -> Iterator[str]:
    for part in ("CERTIFICATE", "CLIENT_CERTIFICATE", "CLIENT_KEY"):
        name = f"{prefix}_{part}"
        path = environment.get(name, "")
        if path and not os.access(path, os.R_OK):
            yield f"{name} is {path!r}, which cannot be read; give the path of a PEM file"
    name = f"{prefix}_TIMEOUT"
    if name in environment and not _is_duration(environment[name]):
        yield f"{name} is {environment[name]!r}, which is no number of seconds; for example 10"
    name = f"{prefix}_COMPRESSION"
    if name in environment and environment[name].strip().lower() not in _COMPRESSIONS:
        yield f"{name} is {environment[name]!r}, which is not known; for example gzip"


def _is_duration(text: str) -> bool:
    try:
        seconds = float(text)
    except ValueError:
        return False
    return math.isfinite(seconds) and seconds > 0
