"""Which source of a setting wins: argument, environment, file, default. In this order.

Nothing is half right: either every value could be read, or a `ConfigError` lists all mistakes at
once, each with the name as the operator wrote it, the value, and an example.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from intact.errors import ConfigError, quoted
from intact_collector.config.table import SETTINGS, Setting, Settings


def load(
    arguments: Mapping[str, object],
    environment: Mapping[str, str],
    file: Mapping[object, object] | None = None,
    file_name: str = "the configuration file",
) -> Settings:
    """Combine the sources. A value of ``None``, or an empty variable, counts as not given.

    >>> load({"settle": "2s"}, {"INTACT_SETTLE": "9s", "HOME": "/home/me"}).settle
    2.0
    """
    file = file or {}
    mistakes = [*_unknown(arguments, ""), *_unknown(file, f" in {file_name}")]
    chosen: dict[str, Any] = {}
    for setting in SETTINGS:
        try:
            chosen[setting.name] = _choose(setting, arguments, environment, file, file_name)
        except ValueError as error:
            mistakes.append(str(error))
    mistakes += _together(chosen)
    if mistakes:
        title = (
            "a setting is wrong:" if len(mistakes) == 1 else f"{len(mistakes)} settings are wrong:"
        )
        raise ConfigError("\n  ".join([title, *mistakes]))
    return Settings(**chosen)


def _together(chosen: Mapping[str, Any]) -> Iterator[str]:
    """Settings that make no sense without each other, or together."""
    if bool(chosen.get("tls_cert")) != bool(chosen.get("tls_key")):
        yield "tls_cert and tls_key belong together: one of them is not given"
    if chosen.get("tls_client_ca") and not chosen.get("tls_cert"):
        yield "tls_client_ca is given without tls_cert and tls_key"
    if chosen.get("tokens") and chosen.get("tokens_file"):
        yield "tokens and tokens_file are both given: tokens stand in one place or the other"


def alone(name: str, environment: Mapping[str, str]) -> Any:
    """One setting by its variable or its default, for commands that need no others.

    Raises:
        ConfigError: It is wrong.
    """
    try:
        return _choose(find(name), {}, environment, {}, "")
    except ValueError as error:
        raise ConfigError(f"a setting is wrong:\n  {error}") from None


def find(name: str) -> Setting:
    """The row of the table that is called ``name``."""
    return next(setting for setting in SETTINGS if setting.name == name)


def show(settings: Settings) -> str:
    """The settings as a configuration file that would bring them about, with their prose."""
    lines = []
    for setting in SETTINGS:
        value = setting.value(settings)
        places = ", ".join(place for place in (setting.flag, setting.env) if place)
        lines.append(f"# {setting.prose} [{places}]")
        hidden = value is None or setting.secret
        lines.append(
            f"# {setting.name}:" if hidden else f"{setting.name}: {_quoted(setting, value)}"
        )
    return "\n".join(lines) + "\n"


def _quoted(setting: Setting, value: object) -> str:
    # In quotes, since YAML reads `on`, `::1` and `4:17` in ways of its own.
    text = setting.kind.write(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def _choose(
    setting: Setting,
    arguments: Mapping[str, object],
    environment: Mapping[str, str],
    file: Mapping[object, object],
    file_name: str,
) -> object:
    sources: tuple[tuple[str, object], ...] = (
        (setting.flag or setting.name, arguments.get(setting.name)),
        (setting.env, environment.get(setting.env) or None),
        (f"{setting.name} in {file_name}", file.get(setting.name)),
    )
    for place, raw in sources:
        if raw is not None:
            return _read(setting, place, raw)
    if setting.default is not None:
        return setting.kind.read(setting.default)
    return _data_directory(environment) if setting.name == "data" else None


def _read(setting: Setting, place: str, raw: object) -> object:
    try:
        value = setting.kind.read(raw)
    except ValueError as wrong:
        said = "hidden" if setting.secret else quoted(str(raw))
        raise ValueError(
            f"{place} is {said}, which is {wrong}; for example {setting.kind.example}"
        ) from None
    if setting.least is not None and value < setting.least:
        raise ValueError(
            f"{place} is {quoted(str(raw))}, which is too short; for example {setting.kind.example}"
        )
    return value


def _unknown(given: Mapping[Any, object], where: str) -> Iterator[str]:
    names = [setting.name for setting in SETTINGS]
    for name in given:
        if name not in names:
            near = get_close_matches(str(name), names, n=1)
            hint = f"; did you mean {near[0]}?" if near else f"; there are: {', '.join(names)}"
            yield f"{str(name)!r}{where} is not a setting{hint}"


def _data_directory(environment: Mapping[str, str]) -> str:
    state = environment.get("XDG_STATE_HOME", "")
    if state.startswith("/"):  # the standard says: a relative path is to be ignored
        return f"{state.rstrip('/')}/intact"
    home = environment.get("HOME", "")
    if not home:
        raise ValueError(
            "--data is not given, and without $HOME there is no default; "
            "for example --data /var/lib/intact"
        )
    return f"{home.rstrip('/')}/.local/state/intact"
