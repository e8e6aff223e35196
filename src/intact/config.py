"""The settings of the library: one table, one function that decides.

In: arguments of `configure`, environment variables.  Out: frozen `Settings`.
The order is argument, then environment variable, then default. All wrong values are reported at
once. Settings that belong to OpenTelemetry are only validated here: the SDK reads its own
``OTEL_*`` variables itself, by its own rules.
Left to others: what the settings lead to (`intact.setup` for the SDK, `intact.trace` for turns).
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from intact.codec.disclose import Names
from intact.errors import ConfigError, quoted
from intact.fingerprint.meaning import Embedder
from intact.fingerprint.paths import Redaction
from intact.semantic.models import is_embedder

_log = logging.getLogger("intact")

PROTOCOLS: Final = ("grpc", "http/protobuf")


@dataclass(frozen=True, slots=True)
class Settings:
    """What was decided. `None` means: not given, whoever needs it has a rule of its own."""

    disabled: bool = False
    key: str | None = field(default=None, repr=False)
    key_file: Path | None = None
    other_key: str | None = field(default=None, repr=False)
    other_key_file: Path | None = None
    privacy: str = "standard"
    names: str = Names.ALL
    redact: tuple[str, ...] = ()
    defer: bool = False
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    embedder: str | Embedder | None = None
    sample_ratio: float | None = None
    service: str | None = None
    endpoint: str | None = None
    protocol: str | None = None
    headers: Mapping[str, str] | None = field(default=None, repr=False)


class Setting(NamedTuple):
    """One row of the table: everything that is to be said about one setting."""

    name: str
    env: str
    read: Callable[[object], object]  # raises ValueError for a value that it cannot take
    example: str
    prose: str
    otel: bool = False  # the SDK reads the variable itself
    secret: bool = False  # the value never stands in a message
    fallback: object = None  # taken instead of a wrong value that nobody is there to correct
    vital: bool = False  # with a wrong value nothing may be fingerprinted


def _flag(value: object) -> bool:
    text = str(value).strip().lower()
    if text in {"1", "true", "yes", "on"}:
        return True
    if text in {"0", "false", "no", "off", ""}:
        return False
    raise ValueError


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError
    return value.strip()


def _path(value: object) -> Path:
    if not isinstance(value, (str, os.PathLike)) or not str(value).strip():
        raise ValueError
    return Path(value).expanduser()


def _names(value: object) -> str:
    return Names(_text(value).lower())


def _privacy(value: object) -> str:
    text = _text(value).lower()
    if text not in {"standard", "strict"}:
        raise ValueError
    return text


def _aliases(value: object) -> Mapping[str, tuple[str, ...]]:
    """Paths with one other name or several; as text, pairs ``path=other`` with spaces between."""
    if isinstance(value, str):
        pairs = [pair.split("=") for pair in value.split()]
    elif isinstance(value, Mapping):
        several = ((p, (o,) if isinstance(o, str) else o) for p, o in value.items())
        pairs = [[path, other] for path, others in several for other in others]
    else:
        raise ValueError
    together: dict[str, tuple[str, ...]] = {}
    for pair in pairs:
        if len(pair) != 2:
            raise ValueError
        path, other = map(_text, pair)
        together[path] = (*together.get(path, ()), other)
    return together


def _paths(value: object) -> tuple[str, ...]:
    """Paths set off by commas, or several of them."""
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, Iterable):
        raise ValueError
    paths = tuple(part for part in map(_text, parts))
    Redaction(paths)  # raises ValueError for what is no path
    return paths


def _ratio(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise ValueError
    ratio = float(value)
    if not 0.0 <= ratio <= 1.0:
        raise ValueError
    return ratio


def _endpoint(value: object) -> str:
    text = _text(value)
    parts = urlsplit(text if "://" in text else f"http://{text}")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError
    _ = parts.port  # raises ValueError when it is no port
    return parts.geturl()


def _protocol(value: object) -> str:
    text = _text(value).lower()
    text = {"http": "http/protobuf"}.get(text, text)
    if text not in PROTOCOLS:
        raise ValueError
    return text


def _headers(value: object) -> Mapping[str, str]:
    if not isinstance(value, Mapping):
        raise ValueError
    for name, content in value.items():
        if not isinstance(name, str) or not isinstance(content, str) or "\n" in name + content:
            raise ValueError
    return dict(value)


def _embedder(value: object) -> object:
    if isinstance(value, str):
        value = value.strip()
    if not is_embedder(value):
        raise ValueError
    return value


#: Every setting. `docs/reference/library-settings.md` says the same; a test holds them together.
SETTINGS: Final = (
    Setting(
        "disabled",
        "INTACT_DISABLED",
        _flag,
        "1",
        "Turns the library off: decorated functions run bare, no span is made.",
    ),
    Setting(
        "key",
        "INTACT_KEY",
        _text,
        "a long random text, such as the output of `openssl rand -hex 32`",
        "The secret under which contexts are fingerprinted. Only fingerprints of one key compare:"
        " give the same to every process whose handoffs are to be measured.",
        secret=True,
    ),
    Setting(
        "key_file",
        "INTACT_KEY_FILE",
        _path,
        "/run/secrets/intact-key",
        "A file that holds the key; made, readable for its owner alone, when it is missing."
        " Without it, one file per user is shared by all processes of that user.",
    ),
    Setting(
        "other_key",
        "INTACT_OTHER_KEY",
        _text,
        "the next key, then the last one",
        "A second key, to answer handoffs that come under it: for the time of a change of keys.",
        secret=True,
    ),
    Setting(
        "other_key_file",
        "INTACT_OTHER_KEY_FILE",
        _path,
        "/run/secrets/intact-key-next",
        "A file that holds the second key; never made.",
    ),
    Setting(
        "privacy",
        "INTACT_PRIVACY",
        _privacy,
        "standard, or strict",
        "In strict privacy each session has a key of its own, and no names, no prose and only"
        " rounded counts leave the process.",
        fallback="strict",
    ),
    Setting(
        "names",
        "INTACT_NAMES",
        _names,
        "all, declared, or none",
        "Which facts may leave the process with their names: all, only declared ones, or none.",
        fallback="none",
    ),
    Setting(
        "redact",
        "INTACT_REDACT",
        _paths,
        "customer.ssn, payment, items[].serial",
        "Paths of which nothing is fingerprinted, at any depth of a context, with all below them."
        " Give the same to every process. A wrong variable turns the library off.",
        vital=True,
    ),
    Setting(
        "defer",
        "INTACT_DEFER",
        _flag,
        "1",
        "Fingerprints contexts in a thread of the library's own, off the agent's path: a call then"
        " costs little more than its span. What may be lost is said below the table.",
    ),
    Setting(
        "aliases",
        "INTACT_ALIASES",
        _aliases,
        '{"order.id": "orderId"}, as a variable order.id=orderId',
        "What paths of contexts are called besides: one name, or a list of names. A fact under an"
        " alias has the path, the name and the key of what it is an alias of.",
    ),
    Setting(
        "embedder",
        "INTACT_EMBEDDER",
        _embedder,
        "wordllama, minilm, package.module:function, or as an argument a function",
        "What tells the meaning of sentences, so that one said in other words is found: see the"
        " page on meaning. Give the same to every process.",
    ),
    Setting(
        "sample_ratio",
        "INTACT_SAMPLE_RATIO",
        _ratio,
        "0.25",
        "The share of sessions that are traced, from 0 to 1, where `configure` sets up the SDK."
        " A session is traced whole or not at all.",
    ),
    Setting(
        "service",
        "OTEL_SERVICE_NAME",
        _text,
        "support",
        "The name of this service on every span.",
        otel=True,
    ),
    Setting(
        "endpoint",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        _endpoint,
        "http://localhost:4317",
        "Where spans are sent.",
        otel=True,
    ),
    Setting(
        "protocol",
        "OTEL_EXPORTER_OTLP_PROTOCOL",
        _protocol,
        "grpc, or http/protobuf",
        "How spans are sent.",
        otel=True,
    ),
    Setting(
        "headers",
        "OTEL_EXPORTER_OTLP_HEADERS",
        _headers,
        '{"authorization": "Bearer ..."}',
        "Headers sent along with spans.",
        otel=True,
        secret=True,
    ),
)


def resolve(
    given: Mapping[str, object], environ: Mapping[str, str]
) -> tuple[Settings, tuple[str, ...]]:
    """Decide every setting; the second value names what was wrong.

    A wrong value is replaced by its row's fallback, so that the result is always usable: whether
    a mistake is an error is for the caller to say.

    >>> resolve({"names": "declared"}, {"INTACT_NAMES": "all"})[0].names
    <Names.DECLARED: 'declared'>
    """
    decided: dict[str, object] = {}
    problems: list[str] = []
    for row in SETTINGS:
        value, where = given.get(row.name), f"{row.name}="
        if value is None and not row.otel:
            value, where = environ.get(row.env) or None, f"{row.env}="
        if value is None:
            continue
        try:
            decided[row.name] = row.read(value)
        except (ValueError, TypeError):
            shown = "..." if row.secret else quoted(value)
            problems.append(f"{where}{shown} is wrong; an example: {row.example}")
            if row.vital:
                decided["disabled"] = True
            elif row.fallback is not None:
                decided[row.name] = row.fallback
    return Settings(**decided), tuple(problems)  # type: ignore[arg-type]


def checked(given: Mapping[str, object]) -> Settings:
    """Settings from arguments and this process's environment.

    Raises:
        ConfigError: If any is wrong. The message names all that are.
    """
    settings, problems = resolve(given, os.environ)
    if problems:
        raise ConfigError("\n".join(("Intact is not configured:", *problems)))
    return settings


def lenient() -> Settings:
    """Settings from the environment alone, for a process that never called `configure`.

    A wrong variable is no reason to stop the user's agent: it is named in one warning.
    """
    settings, problems = resolve({}, os.environ)
    if problems:
        _log.warning("intact: ignored settings: %s", "; ".join(problems))
    return settings
