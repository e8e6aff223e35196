"""What is said of recorded runs: the whole way from files to the answer, for every framework."""

from __future__ import annotations

import pytest

from intact_collector.report.frameworks import OPENAI_AGENTS
from intact_collector.report.remedies import CAPTURE, SESSION_IDS, for_loss, for_reason
from tests.golden.summaries import FOLDER, NAMES, summary


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_is_reported_as_it_was_checked_by_eye(name: str) -> None:
    """Sessions and why they were joined, turns, handoffs, verdicts, named facts that were lost."""
    assert summary(name) == (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("dialect", OPENAI_AGENTS)
def test_advice_is_about_the_framework_whoever_instruments_it(dialect: str) -> None:
    """It names the arguments that drop and keep context, and how to switch content on."""
    assert "input_filter" in for_loss(dialect, "unknown")
    assert "as_tool" in for_loss(dialect, "call")
    assert CAPTURE[dialect] in for_reason(dialect, "content_off")
    assert dialect in SESSION_IDS


def test_a_missing_side_names_the_package_that_would_tell_it() -> None:
    """Where that is not the one that tells of the agents."""
    told = "opentelemetry-instrumentation-genai-openai"
    assert told in for_reason("genai.openai_agents", "received_missing")
    assert told not in for_reason("traceloop.openai_agents", "received_missing")
