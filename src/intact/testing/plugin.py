"""The pytest plugin: the fixture ``intact_collector``. Loads nothing until a test asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from intact.testing.collector import Collector


@pytest.fixture
def intact_collector() -> Iterator[Collector]:
    """An in-memory collector that sees what the agents of this test hand over."""
    from intact.testing.collector import Collector

    with Collector() as collector:
        yield collector
