"""Options of the table of settings, and the configuration file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer
import yaml

from intact.errors import ConfigError
from intact_collector.config import Settings, find, load


def option(name: str) -> Any:
    """The typer option of a setting, with the table's own words as help."""
    setting = find(name)
    default = (
        f" [{setting.env}; default {setting.default}]" if setting.default else f" [{setting.env}]"
    )
    assert setting.flag is not None, "a secret is no option"
    return typer.Option(
        setting.flag, metavar=setting.kind.metavar, help=setting.prose + default, show_default=False
    )


def chosen(arguments: Mapping[str, object], config: Path | None) -> Settings:
    """Settings from arguments, the environment and the file, if there is one.

    Raises:
        ConfigError: The file cannot be read, or a setting is wrong; all mistakes are named.
    """
    path = config or (Path(named) if (named := os.environ.get("INTACT_CONFIG")) else None)
    file = _read(path) if path else None
    return load(arguments, os.environ, file, str(path))


def _read(path: Path) -> Mapping[object, object]:
    try:
        content = yaml.safe_load(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(
            f"the configuration file {path} cannot be read: {error.strerror}"
        ) from None
    except UnicodeDecodeError:
        raise ConfigError(f"the configuration file {path} is not UTF-8 text") from None
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ConfigError(
            f"the configuration file {path} is not YAML{line}: {error.problem}"
        ) from None
    except yaml.YAMLError:
        raise ConfigError(f"the configuration file {path} is not YAML") from None
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ConfigError(
            f"the configuration file {path} has to hold `name: value` lines; for example settle: 5s"
        )
    return content
