"""A backend of either protocol, and exporters that know only what a test gives them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from intact_collector.export import OtlpExporter, targets
from intact_collector.store import MemoryStore
from tests.collector.export.backend import Backend, GrpcBackend, HttpBackend

NOW = 1_790_000_000.0


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables of the machine that runs the tests must not send anything anywhere."""
    for name in list(os.environ):
        if name.startswith("OTEL_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.fixture(params=[GrpcBackend, HttpBackend], ids=["grpc", "http"])
def backend(request: pytest.FixtureRequest) -> Iterator[Backend]:
    made = request.param()
    yield made
    made.down()


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore(to_json=lambda _: b"{}", version="0.1.0", now=NOW)


def exporter(backend: Backend, **more: Any) -> OtlpExporter:
    found = targets(backend.url, backend.protocol, {}, [])
    return OtlpExporter(found, instance_id="instance-1", version="0.1.0", **more)
