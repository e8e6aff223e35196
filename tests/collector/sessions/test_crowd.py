"""Many customers with the same story at once: no session ever holds two of them."""

from __future__ import annotations

from collections import Counter

import pytest

from intact.fingerprint import Fingerprinter
from intact_collector.hosts.memory import MemoryCollector
from intact_collector.model.session import Session
from tests.golden.copies import copies, number_of
from tests.golden.recordings import KEY
from tests.golden.summaries import NAMES

COUNT = 20

#: One of each way in which frameworks tell sessions, or do not; and all that need a guess.
RUNS = [
    name
    for name in NAMES
    if name.startswith(("pydantic-ai", "autogen", "google-adk__native-v2-content-in-spans", "a2a"))
    or name in {
        "openai-agents__openinference__lossy",
        "agent-framework__native-handoff__lossy",
        "crewai__openinference-events-sequential__full",
        "strands__native-latest-swarm__lossy",
        "langgraph__openinference__swarm_lossy",
    }
]  # fmt: skip


def sessions(name: str, *, values: bool, count: int = COUNT) -> list[Session]:
    collector = MemoryCollector(Fingerprinter(KEY))
    for request in copies(name, count, values=values):
        collector.take(request)
    return collector.drain()


def told(session: Session) -> tuple[object, ...]:
    """What does not depend on who the customer is."""
    return (
        tuple(turn.agent for turn in session.turns),
        tuple((h.source, h.target, h.edge.rule, h.measurement.verdict) for h in session.handoffs),
        tuple(kind.name for kind in session.stitched_by),
    )


@pytest.mark.parametrize("values", [True, False], ids=["own values", "same values"])
@pytest.mark.parametrize("name", RUNS)
def test_no_session_holds_two_customers(name: str, values: bool) -> None:
    """Whatever they say: with the same words a guess would be a toss, and is not made."""
    for session in sessions(name, values=values):
        assert len({number_of(trace) for trace in session.traces}) == 1, session.session_id


@pytest.mark.parametrize("name", [name for name in RUNS if "concurrent" not in name])
def test_in_a_crowd_everybody_is_measured_as_if_alone(name: str) -> None:
    """Each customer has values of their own: the same turns, handoffs and verdicts as one has."""
    alone = Counter(map(told, sessions(name, values=True, count=1)))
    together = Counter(map(told, sessions(name, values=True)))
    assert together == Counter({what: count * COUNT for what, count in alone.items()})
