"""Real programs for the lanes: built by the scripts in `.ci/lanes`, started on loopback."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / ".ci" / "lanes"


@pytest.fixture(scope="session")
def otelcol() -> Path:
    """The OpenTelemetry Collector; building it the first time takes some minutes."""
    return _built("otelcol")


@pytest.fixture(scope="session")
def atheris() -> Path:
    """A Python with atheris; installing it the first time takes a minute."""
    return _built("atheris")


def _built(name: str) -> Path:
    built = subprocess.run([SCRIPTS / name], capture_output=True, text=True, check=False)
    if built.returncode != 0:
        pytest.fail(f"{name} could not be built: {built.stderr[-2000:]}")
    return Path(built.stdout.strip())
