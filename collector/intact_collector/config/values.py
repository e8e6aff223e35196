"""Single values as people write them: `127.0.0.1:4317`, `5s`, `64MiB`, `off`.

In: text, or what YAML made of it. Out: a value; or a `ValueError` whose message completes the
sentence "NAME is VALUE, which is …". A `Kind` can also write its values, in a form it reads again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from intact.fingerprint.paths import Redaction

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?")
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_SIZE = re.compile(r"(\d+)\s*(B|KB|MB|GB|KiB|MiB|GiB)?")
_BYTES = {
    "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30,
}  # fmt: skip
_SWITCH = {"true": True, "on": True, "yes": True, "1": True}
_SWITCH |= {"false": False, "off": False, "no": False, "0": False}


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen. Port 0 asks the system for any free one."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return self.host in ("localhost", "::1") or self.host.startswith("127.")

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Kind:
    """How values of one kind are read and written, and an example for messages."""

    read: Callable[[object], Any]
    write: Callable[[Any], str]
    example: str
    metavar: str


def _address(raw: object) -> Address:
    host, colon, port = str(raw).strip().rpartition(":")
    if not colon or not host:
        raise ValueError("no HOST:PORT")
    if not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise ValueError("no HOST:PORT with a port from 0 to 65535")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        raise ValueError("no HOST:PORT: an IPv6 address stands in brackets, such as [::1]:4317")
    return Address(host, int(port))


def _duration(raw: object) -> float:
    match = None if isinstance(raw, bool) else _DURATION.fullmatch(str(raw).strip())
    if match is None:
        raise ValueError("no duration")
    # Divided, not multiplied by 0.001: 13ms is 0.013 and is written and read as that.
    number, unit = float(match[1]), match[2] or "s"
    return number / 1000 if unit == "ms" else number * _SECONDS[unit]


def _write_duration(seconds: float) -> str:
    for unit in ("d", "h", "m", "s"):
        if seconds and seconds % _SECONDS[unit] == 0:
            return f"{seconds / _SECONDS[unit]:.0f}{unit}"
    return f"{seconds}s"


def _size(raw: object) -> int:
    match = None if isinstance(raw, bool) else _SIZE.fullmatch(str(raw).strip())
    if match is None or match[1].strip("0") == "":
        raise ValueError("no size")
    return int(match[1]) * _BYTES[match[2] or "B"]


def _write_size(size: int) -> str:
    for unit in ("GiB", "MiB", "KiB"):
        if size % _BYTES[unit] == 0:
            return f"{size // _BYTES[unit]}{unit}"
    return str(size)


def _switch(raw: object) -> bool:
    try:
        return _SWITCH[str(raw).strip().lower()]
    except KeyError:
        raise ValueError("neither on nor off") from None


def _text(raw: object) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise ValueError("no text")
    return raw


def _url(raw: object) -> str:
    text = str(raw).strip()
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
        _ = parts.port  # raises when the port is no number
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("no URL that begins with http:// or https://")
    return text


def one_of(*choices: str) -> Kind:
    """A kind with a fixed set of values."""

    def read(raw: object) -> str:
        text = str(raw).strip()
        if text not in choices:
            raise ValueError(f"none of {', '.join(choices)}")
        return text

    return Kind(read, str, choices[0], "|".join(choices))


def _paths(raw: object) -> tuple[str, ...]:
    parts = raw.split(",") if isinstance(raw, str) else raw
    if not isinstance(parts, (list, tuple)) or not parts:
        raise ValueError("no list of paths")
    paths = tuple(str(part).strip() for part in parts)
    try:
        Redaction(paths)
    except ValueError:
        raise ValueError("no list of paths") from None
    return paths


ADDRESS = Kind(_address, str, "127.0.0.1:4317", "HOST:PORT")
DURATION = Kind(_duration, _write_duration, "30s, 15m or 12h", "DURATION")
SIZE = Kind(_size, _write_size, "64MiB", "SIZE")
SWITCH = Kind(_switch, lambda on: "on" if on else "off", "on or off", "on|off")
DIRECTORY = Kind(_text, str, "/var/lib/intact", "DIR")
FILE = Kind(_text, str, "/etc/intact/tls.crt", "FILE")
TEXT = Kind(_text, str, "ci 4f9c2d71a85b4e07", "TEXT")
PATHS = Kind(_paths, ", ".join, "customer.ssn, payment", "PATHS")
URL = Kind(_url, str, "http://otel.example:4317", "URL")


def moment(text: str, now: float) -> int:
    """A point in time in Unix nanoseconds: RFC 3339, or a duration before ``now``.

    A date alone is its midnight in UTC, as is a time without an offset.

    >>> moment("2m", 180.0)
    60000000000
    >>> moment("1970-01-01T00:01:00Z", 0.0)
    60000000000
    """
    try:
        return round((now - _duration(text)) * 1e9)
    except ValueError:
        pass
    try:
        when = datetime.fromisoformat(text.strip())
        return round((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() * 1e9)
    except (ValueError, OverflowError):
        raise ValueError(
            "neither a time nor a duration; for example 2026-11-20T09:00:00Z, 2026-11-20 or 15m"
        ) from None
