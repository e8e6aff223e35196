"""The helpers that users test their own handoffs with, used as they would use them."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import TracerProvider

import intact
from intact.testing import Clock, Collector, assert_intact


@intact.agent("triage", must_keep=["refund_by"])
def triage(context: dict[str, object]) -> dict[str, object]:
    """Pass everything on."""
    return {**context, "checked": True}


@intact.agent("billing")
def billing(context: dict[str, object]) -> dict[str, object]:
    """Pass everything on."""
    return context


ORDER = {"order": {"id": "A-1042", "total": "129.90 EUR"}, "refund_by": "2026-12-04"}


def test_a_handoff_that_keeps_everything_passes() -> None:
    """Real agents, real spans, the real pipeline."""
    with Collector() as collector, intact.session("s-1", journey="refund"):
        billing(triage(dict(ORDER)))
    assert_intact(collector, source="triage", target="billing", must_keep=["refund_by"])
    (session,) = collector.report()["sessions"]
    assert (session["session_id"], session["journey"]) == ("s-1", "refund")
    assert [turn["agent"] for turn in session["turns"]] == ["triage", "billing"]


def lossy() -> Collector:
    """Triage's answer reaches billing without the deadline."""
    with Collector() as collector, intact.session("s-1"):
        context = triage(dict(ORDER))
        del context["refund_by"]
        billing(context)
    return collector


def test_a_lost_fact_fails_and_is_named() -> None:
    """The message says which handoff lost what, and never a value."""
    with pytest.raises(AssertionError) as failure:
        assert_intact(lossy())
    message = str(failure.value)
    assert "triage -> billing" in message
    assert "refund_by: dropped" in message
    assert "must keep" in message
    assert "2026-12-04" not in message
    assert "A-1042" not in message


def test_a_retention_can_be_asked_for_instead_of_an_intact_verdict() -> None:
    """Must-keep facts count all the same."""
    with Collector() as collector, intact.session("s-1"):
        context = triage(dict(ORDER))
        del context["checked"]
        billing(context)
    assert_intact(collector, retention=0.5)
    with pytest.raises(AssertionError, match="checked"):
        assert_intact(collector)
    with pytest.raises(AssertionError, match="refund_by"):
        assert_intact(lossy(), retention=0.1)


def test_facts_named_in_the_test_must_survive() -> None:
    """A path holds what lies below it."""
    with Collector() as collector, intact.session("s-1"):
        context = triage(dict(ORDER))
        context["order"] = {"total": "129.90 EUR"}
        billing(context)
    assert_intact(collector, retention=0.3)
    with pytest.raises(AssertionError, match=r"order\.id: dropped"):
        assert_intact(collector, retention=0.3, must_keep=["order"])


def test_a_test_that_sees_no_handoff_fails() -> None:
    """It says what was seen instead."""
    with Collector() as collector:
        triage(dict(ORDER))
    with pytest.raises(AssertionError, match="agents that were seen: triage"):
        assert_intact(collector)
    with pytest.raises(AssertionError, match="triage -> billing"):
        assert_intact(lossy(), target="shipping")


def test_agents_that_share_no_session_are_told_apart() -> None:
    """Two calls under no common span are two sessions; the failure says how to join them."""
    with Collector() as collector:
        billing(triage(dict(ORDER)))
    with pytest.raises(AssertionError, match=r"2 sessions: .* intact\.session"):
        assert_intact(collector)


def test_time_passes_only_when_told() -> None:
    """Numbers are provisional until the collector's clock says that the wait is over."""
    clock = Clock()
    with Collector(clock=clock) as collector, intact.session("s-1"):
        billing(triage(dict(ORDER)))
    assert [one["provisional"] for one in collector.handoffs()] == [True]
    collector.advance(6)
    assert [one["provisional"] for one in collector.handoffs()] == [False]
    collector.advance(3600)
    assert [one["open"] for one in collector.report()["sessions"]] == [False]
    collector.clear()
    assert collector.report()["sessions"] == []


def test_agents_go_back_to_where_they_were() -> None:
    """What runs after the collector is closed is not collected."""
    with Collector() as collector:
        billing(triage(dict(ORDER)))
    seen = collector.report()
    billing(triage(dict(ORDER)))
    assert collector.report() == seen


def test_a_provider_of_ones_own_is_listened_to() -> None:
    """Spans of frameworks come through it as well."""
    provider = TracerProvider()
    with Collector(provider=provider) as collector:
        with provider.get_tracer("pydantic-ai").start_as_current_span(
            "invoke_agent helper",
            attributes={"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "helper"},
        ):
            pass
        triage(dict(ORDER))
    agents = {turn["agent"] for one in collector.report()["sessions"] for turn in one["turns"]}
    assert agents == {"helper", "triage"}


def test_the_pytest_plugin_gives_a_collector(tmp_path: Path) -> None:
    """The fixture, in a test run of its own as a user has it."""
    (tmp_path / "test_flow.py").write_text(
        "import intact\n"
        "from intact.testing import assert_intact\n"
        "@intact.agent('a')\n"
        "def a(context): return context\n"
        "@intact.agent('b')\n"
        "def b(context): return context\n"
        "def test_flow(intact_collector):\n"
        "    with intact.session('s-1'):\n"
        "        b(a({'order_id': 'A-1042', 'amount': 12.5}))\n"
        "    assert_intact(intact_collector, source='a', target='b')\n"
    )
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "intact.testing.plugin", str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_pytest_finds_the_plugin_by_itself() -> None:
    """Whoever installs Intact has the fixture."""
    (found,) = entry_points(group="pytest11", name="intact")
    assert found.value == "intact.testing.plugin"
