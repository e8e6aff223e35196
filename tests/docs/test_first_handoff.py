"""The tutorial does what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import intact
from intact.testing import Collector

PAGE = Path(__file__).parents[2] / "docs" / "first-handoff.md"


def blocks() -> list[str]:
    return re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def tutorial() -> tuple[dict[str, object], list[str]]:
    """Run the page from top to bottom, as a reader would."""
    posted: list[dict[str, object]] = []
    said: list[str] = []
    scope: dict[str, object] = {
        "post": lambda url, **request: posted.append({"url": url, **request}),
        "print": lambda *words: said.append(" ".join(str(word) for word in words)),
        "posted": posted,
    }
    for block in blocks():
        exec(compile(block, str(PAGE), "exec"), scope)
    return scope, said


def test_the_loss_is_named_with_its_handoff(tutorial):
    """The first run loses the deadline before it is sent."""
    _, said = tutorial
    assert "triage -> billing lost" in said
    assert "refund_by dropped summary" in said


def test_the_assertion_names_the_fact_and_no_value(tutorial):
    """The failure is fit for a build log."""
    _, said = tutorial
    failure = said[-1]
    assert "refund_by" in failure
    assert "2026-12-04" not in failure


def test_the_two_halves_of_a_remote_handoff_meet(tutorial):
    """Headers from one side join the session on the other."""
    scope, _ = tutorial
    with Collector() as collector:
        with intact.session(journey="refund"):
            intact.agent("billing")(scope["send_to_warehouse"])(scope["CASE"])
        [request] = scope["posted"]
        scope["handle"](request["json"], request["headers"])
    assert [(one["source"], one["target"], one["verdict"]) for one in collector.handoffs()] == [
        ("billing", "shipping", "intact")
    ]
