"""Off the agent's path: the same is told, later. Every test with `spans` runs deferred as well."""

from __future__ import annotations

import gc
import subprocess
import sys
import textwrap
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from time import time_ns

import pytest
from opentelemetry.sdk.trace import TracerProvider

import intact
from intact.codec import attributes as names
from intact.testing import Collector
from intact.trace import backlog, health
from intact.trace.backlog import BACKLOG
from tests.intact.trace.conftest import KEY
from tests.intact.trace.recorded import Spans, output, received, same

STATE = {"order": {"id": "A-1042", "total": "129.90 EUR"}, "refund_by": "2026-12-04"}
LESS = {"order": {"id": "A-1042", "total": "129.90 EUR"}}


@contextmanager
def nothing_told() -> Iterator[None]:
    """The thread that tells stands still inside."""
    gate = threading.Event()
    BACKLOG.do(lambda _: gate.wait(10), later=True)
    try:
        yield
    finally:
        gate.set()
        assert BACKLOG.drain(10)


@pytest.fixture
def deferred() -> Spans:
    provider = TracerProvider()
    intact.configure(key=KEY, tracer_provider=provider, defer=True)
    return Spans(provider)


def test_a_loss_is_told_while_the_receiving_agent_works(deferred: Spans) -> None:
    """The arrival carries what was received, long before the agent's own span ends."""
    seen = []

    @intact.agent("billing")
    def billing(state: object) -> None:
        seen.extend((deferred.arrivals(), deferred.turns("billing")))

    with intact.session("s-1"):
        intact.agent("triage")(lambda _: STATE)(None)
        billing(LESS)
    (arrival,), turns = seen
    assert same(received(arrival), LESS)
    assert turns == []


def test_what_is_told_is_the_state_at_the_call(deferred: Spans) -> None:
    """Whatever becomes of it afterwards; and nothing of the user's is kept for that."""

    class State(dict):  # type: ignore[type-arg]
        pass

    @intact.agent("triage")
    def triage(state: State) -> State:
        state["refund_by"] = "2026-12-24"
        return state

    state = State(refund_by="2026-12-04", order={"id": "A-1042"})
    alive = weakref.ref(state)
    with nothing_told():
        triage(state)["order"].clear()
        del state
        gc.collect()
        assert alive() is None
        assert deferred._exporter.get_finished_spans() == ()
    turn = deferred.turn("triage")
    assert same(received(turn), {"refund_by": "2026-12-04", "order": {"id": "A-1042"}})
    assert same(output(turn), {"refund_by": "2026-12-24", "order": {"id": "A-1042"}})


def test_spans_have_the_times_at_which_things_happened(deferred: Spans) -> None:
    """And not those at which they were told."""
    with nothing_told(), intact.session("s-1"):
        state = intact.agent("triage")(lambda _: STATE)(None)
        between = time_ns()
        intact.agent("billing")(lambda state: state)(state)
        after = time_ns()
    (arrival,) = deferred.arrivals()
    assert deferred.turn("triage").end_time <= between
    assert between <= arrival.start_time <= arrival.end_time <= after
    assert between <= deferred.turn("billing").end_time <= after


@pytest.mark.parametrize("first", [True, False])
def test_agents_of_both_kinds_hand_over_to_each_other(first: bool) -> None:
    """What was given to one is found in what the other said, though that is told later."""
    provider = TracerProvider()
    spans = Spans(provider)
    intact.configure(key=KEY, tracer_provider=provider, defer=first)
    with intact.session("s-1"), nothing_told():
        state = intact.agent("triage")(lambda _: STATE)(None)
        state = intact.agent("billing", defer=not first)(lambda state: state)(state)
        intact.agent("shipping")(lambda state: state)(state)
    assert spans.edges() == [("triage", "billing", "dataflow"), ("billing", "shipping", "dataflow")]
    assert same(received(spans.turn("billing")), STATE)


def test_a_handoff_outside_of_any_turn_waits_for_who_made_it(deferred: Spans) -> None:
    """The receiver is told the sender's name, so it has to be known."""
    with intact.session("s-1"):
        state = intact.agent("triage")(lambda _: STATE)(None)
        intact.agent("other")(lambda _: {"id": "Q-4711"})(None)
        with intact.handoff("billing", state) as handoff:
            assert "source.name=triage" in handoff.headers()["baggage"]


def test_what_json_cannot_hold_is_fingerprinted_at_once(deferred: Spans) -> None:
    """Rather than copied by rules of our own."""
    state = {"picture": b"GIF89a", "id": "A-1042"}
    with nothing_told():
        intact.agent("triage")(lambda state: state)(state)
        state.clear()
    assert same(received(deferred.turn("triage")), {"picture": b"GIF89a", "id": "A-1042"})
    assert health.counts() == {"deferred_not": 2}


def test_turns_for_which_there_is_no_room_are_told_without_contexts(
    deferred: Spans, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what they said is not known, so nothing is bridged over them."""
    monkeypatch.setattr(BACKLOG, "_most_contents", 2)
    with intact.session("s-1"):
        with nothing_told():
            for name in ("triage", "hidden"):
                intact.agent(name)(lambda state: state)(STATE)
        intact.agent("billing")(lambda state: state)(STATE)
    hidden = deferred.turn("hidden")
    assert names.CONTEXT_RECEIVED not in hidden.attributes
    assert names.CONTEXT_OUTPUT not in hidden.attributes
    assert same(output(deferred.turn("triage")), STATE)
    assert deferred.edges() == []
    assert health.counts() == {"deferred_full": 2}


def test_a_session_is_measured_the_same() -> None:
    """By the collector, from spans that ended later and in another order."""

    def journey(defer: bool) -> list[dict[str, object]]:
        @intact.agent("lead", must_keep=["order.id", "refund_by"], defer=defer)
        def lead(state: object) -> object:
            intact.pruned("order.total")
            return intact.agent("billing", defer=defer)(lambda _: LESS)(state)

        with Collector() as collector, intact.session("s-1"):
            intact.agent("shipping", defer=defer)(lambda state: state)(lead(STATE))
            (session,) = collector.report()["sessions"]
        own = {"id", "trace_id", "span_id", "time", "duration"}
        return [
            {key: value for key, value in handoff.items() if key not in own}
            for handoff in session["handoffs"]
        ]

    inline = journey(defer=False)
    assert any(handoff["lost"] for handoff in inline)
    assert journey(defer=True) == inline


PROGRAM = """
import intact
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(ConsoleSpanExporter()))
intact.configure(key="a key for all tests", tracer_provider=provider, defer=True)
intact.agent("triage")(lambda state: state)({"order": {"id": "A-1042"}})
"""


def test_a_process_that_ends_has_told_everything() -> None:
    """Without a call of `flush`, and before the provider shuts down."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(PROGRAM)],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout.count('"intact.context.received"') == 1
    assert done.stdout.count('"intact.context.output"') == 1
    assert done.stderr == ""


def test_the_bounds_are_those_that_are_documented() -> None:
    """64 MiB and 4,096 contexts: `docs/reference/library-settings.md`."""
    assert (backlog.MOST_BYTES, backlog.MOST_CONTENTS) == (64 << 20, 4096)
