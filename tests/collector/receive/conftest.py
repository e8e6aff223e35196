"""Receivers that are shared by the tests of one file, with a clean recorder for each test."""

from collections.abc import Iterator

import pytest

from tests.collector.receive.harness import Recorder, Running, receivers


@pytest.fixture(scope="module")
def shared_receivers() -> Iterator[Running]:
    with receivers() as running:
        yield running


@pytest.fixture
def running(shared_receivers: Running) -> Running:
    recorder = Recorder()
    shared_receivers.consumer = recorder
    shared_receivers.receiver._intake._consumer = recorder
    return shared_receivers
