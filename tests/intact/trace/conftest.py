"""Every test of this room sees its own spans, through the real SDK, under a key of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import TracerProvider

import intact
from intact.trace import health
from intact.trace.runtime import reset
from tests.intact.trace.recorded import Spans

KEY = "a key for tests, the same in every process"


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No settings, key or memory of the machine or of another test."""
    for variable in (
        "INTACT_DISABLED",
        "INTACT_KEY",
        "INTACT_KEY_FILE",
        "INTACT_NAMES",
        "INTACT_ALIASES",
    ):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HOME", str(tmp_path))
    reset()
    health.reset()
    yield
    reset()
    health.reset()


@pytest.fixture(params=[False, True], ids=["inline", "deferred"])
def spans(request: pytest.FixtureRequest) -> Spans:
    """The library at work with a provider of the real SDK: what it tells is the same both ways."""
    provider = TracerProvider()
    intact.configure(key=KEY, tracer_provider=provider, defer=request.param)
    return Spans(provider)
