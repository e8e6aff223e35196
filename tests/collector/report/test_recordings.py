"""What is said of recorded runs: the whole way from files to the answer, for every framework."""

from __future__ import annotations

import pytest

from tests.golden.summaries import FOLDER, NAMES, summary


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_is_reported_as_it_was_checked_by_eye(name: str) -> None:
    """Sessions and why they were joined, turns, handoffs, verdicts, named facts that were lost."""
    assert summary(name) == (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
