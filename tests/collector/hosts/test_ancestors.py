"""Spans between those of agents: kept by their ids, when one below asks, in whatever order."""

from __future__ import annotations

import itertools
from pathlib import Path

from intact_collector.hosts.ancestors import Ancestors
from intact_collector.hosts.files import read_files
from intact_collector.model.span import ReducedSpan, Role
from intact_collector.otlp import Bare
from tests.collector.spans import agent, key
from tests.golden.recordings import FOLDER


def bare(name: str, parent: str, trace: str = "t") -> Bare:
    return Bare(*key(name, trace), key(parent)[1], 1, 2)


def names(spans: list[ReducedSpan]) -> set[str]:
    return {span.span_id.decode().rstrip(".") for span in spans}


def asked(ancestors: Ancestors, span: ReducedSpan) -> list[ReducedSpan]:
    return ancestors.asked(span.trace_id, span.parent_id)


def test_all_that_lies_between_is_kept_in_any_order() -> None:
    """Agent > client > server > agent, with spans beside that lie between nothing."""
    below = agent("below", 5, 6, parent="server")
    wires = [
        bare("client", "above"),
        bare("server", "client"),
        bare("query", "server"),
        bare("other", "query"),
    ]
    for order in itertools.permutations([below, *wires]):
        ancestors = Ancestors()
        kept: list[ReducedSpan] = []
        for span in order:
            found = ancestors.passed(span) if isinstance(span, Bare) else asked(ancestors, span)
            kept.extend(found)
        assert names(kept) == {"client", "server"}
        assert len(kept) == 2
        assert {span.role for span in kept} == {Role.OTHER}


def test_what_is_held_is_bounded_and_the_quiet_go_first() -> None:
    """Most traces of a pipeline have no agent in them."""
    ancestors = Ancestors(spans=10, traces=5)
    for number in range(1000):
        ancestors.passed(bare("client", "root", f"t{number}"))
    assert len(ancestors._traces) <= 5
    assert ancestors._held <= 10
    assert asked(ancestors, agent("late", 1, 2, parent="client", trace="t0")) == []
    assert names(asked(ancestors, agent("new", 1, 2, parent="client", trace="t999"))) == {"client"}


def test_a_ring_of_parents_ends() -> None:
    """Ids come from outside."""
    ancestors = Ancestors()
    ancestors.passed(bare("a", "b"))
    ancestors.passed(bare("b", "a"))
    assert len(asked(ancestors, agent("x", 1, 2, parent="a"))) == 2


def test_agents_behind_http_are_found_as_remote_calls() -> None:
    """Three services, spans of web libraries and of a protocol between; none is counted."""
    (session,) = read_files([Path(FOLDER / "a2a-sdk__httpx-starlette__full.jsonl")]).sessions
    assert session.spans == 3
    assert [(one.source, one.target, one.edge.rule) for one in session.handoffs] == [
        ("triage_agent", "refund_agent", "remote_call"),
        ("refund_agent", "notifier_agent", "remote_call"),
        ("notifier_agent", "refund_agent", "remote_call"),
        ("refund_agent", "triage_agent", "remote_call"),
    ]
