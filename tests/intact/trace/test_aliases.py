"""Aliases are a setting of the process: agents, handoffs and comparisons all go by them."""

from __future__ import annotations

import pytest
from opentelemetry.sdk.trace import TracerProvider

import intact
from intact.errors import ConfigError
from intact.model.measurement import Verdict
from intact.testing import Collector
from intact.trace import health
from intact.trace.runtime import reset

ALIASES = {"order.id": "orderId", "order.paid": ["settled", "was_paid"]}
ORDER = {"order": {"id": "A-1042", "paid": True}}
RENAMED = {"orderId": "A-1042", "settled": True}


@intact.agent("triage")
def triage(context: object) -> object:
    """Says everything in words of its own."""
    return context


@intact.agent("billing", must_keep=["orderId"])
def billing(order: dict[str, object]) -> None:
    """Calls it otherwise."""


def test_agents_that_call_a_fact_otherwise_keep_it() -> None:
    """Over a real handoff: by path and by name, must-keep facts too."""
    intact.configure(aliases=ALIASES, tracer_provider=TracerProvider())
    with Collector() as collector, intact.session("s-1"):
        triage(ORDER)
        billing(RENAMED)
    (handoff,) = collector.handoffs()
    assert (handoff["verdict"], handoff["lost"], handoff["absent"]) == ("intact", [], [])
    with Collector() as collector, intact.session("s-2"):
        triage(ORDER)
        billing({"orderId": "A-1042", "settled": False})
    (handoff,) = collector.handoffs()
    assert [(one["fact"], one["outcome"]) for one in handoff["lost"]] == [("order.paid", "altered")]


def test_what_was_dropped_on_purpose_may_be_named_by_an_alias() -> None:
    """Of a handoff as of a call."""

    @intact.agent("caller")
    def caller(context: dict[str, object]) -> None:
        intact.pruned("settled", reason="not yours")
        billing({"orderId": context["orderId"]})

    intact.configure(aliases=ALIASES, tracer_provider=TracerProvider())
    with Collector() as collector:
        caller(RENAMED)
    call = collector.handoffs()[0]
    assert (call["lost"], call["facts"]["pruned"]) == ([], 1)


def test_a_comparison_goes_by_the_aliases_it_is_given_else_by_those_of_the_process() -> None:
    """On either side."""
    assert intact.compare(ORDER, RENAMED).verdict is Verdict.DEGRADED
    for sides in ((ORDER, RENAMED), (RENAMED, ORDER), (RENAMED, {"was_paid": True, **RENAMED})):
        assert intact.compare(*sides, aliases=ALIASES).verdict is Verdict.INTACT
    intact.configure(aliases=ALIASES, tracer_provider=TracerProvider())
    assert intact.compare(ORDER, RENAMED).verdict is Verdict.INTACT
    assert intact.compare(ORDER, RENAMED, aliases={}).verdict is Verdict.DEGRADED
    assert [fact.name for fact in intact.fingerprint(RENAMED).facts] == ["order.id", "order.paid"]


def test_what_is_no_alias_is_an_error_where_somebody_is_there_to_correct_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An argument is refused; a variable is ignored, and counted."""
    with pytest.raises(ConfigError, match=r"order\.\.id"):
        intact.configure(aliases={"order..id": "x"})
    with pytest.raises(ConfigError, match="aliases"):
        intact.configure(aliases={"order.id": 3})  # type: ignore[dict-item]
    reset()
    monkeypatch.setenv("INTACT_ALIASES", "order..id=x")
    assert [fact.name for fact in intact.fingerprint({"x": "A-1042"}).facts] == ["x"]
    assert health.counts() == {"aliases": 1}
