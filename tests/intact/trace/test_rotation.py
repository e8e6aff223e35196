"""Changing the key while agents work: what every pair of neighbours in the change can measure."""

from __future__ import annotations

from typing import Any

import pytest

import intact
from intact.testing import Collector
from intact.trace.keyring import key_from_text
from tests.intact.trace.processes import Process, give, take

OLD, NEW = "the old key of the project", "the new key of the project"
STATE = {"order": {"id": "A-1042", "total": "129.90 EUR"}, "refund_by": "2026-12-04"}
LOST = {"order": {"id": "A-1042", "total": "129.90 EUR"}}

#: The three steps of docs/how-to/rotate-the-key.md, and where it begins.
BEFORE = {"key": OLD}
KNOWN = {"key": OLD, "other_key": NEW}
TURNED = {"key": NEW, "other_key": OLD}
DONE = {"key": NEW}


def handed(sender: dict[str, Any], receiver: dict[str, Any]) -> dict[str, Any]:
    """The handoff of one process to another, as it is reported."""
    collector = Collector()
    headers = give(Process(collector, **sender), STATE)
    take(Process(collector, **receiver), LOST, headers)
    (handoff,) = collector.handoffs()
    return dict(handoff)


@pytest.mark.parametrize(
    ("sender", "receiver"),
    [
        (BEFORE, KNOWN),
        (KNOWN, BEFORE),
        (KNOWN, KNOWN),
        (KNOWN, TURNED),
        (TURNED, KNOWN),
        (TURNED, TURNED),
        (TURNED, DONE),
        (DONE, TURNED),
    ],
)
def test_neighbours_in_a_change_of_keys_measure(
    sender: dict[str, Any], receiver: dict[str, Any]
) -> None:
    """In both directions, at each step."""
    handoff = handed(sender, receiver)
    assert (handoff["verdict"], handoff["reason"]) == ("degraded", None)
    assert [lost["fact"] for lost in handoff["lost"]] == ["refund_by"]


@pytest.mark.parametrize(
    ("sender", "receiver"), [(BEFORE, DONE), (DONE, BEFORE), (KNOWN, DONE), (TURNED, BEFORE)]
)
def test_who_leaves_a_step_out_does_not_measure(
    sender: dict[str, Any], receiver: dict[str, Any]
) -> None:
    """It is said, and neither 0 nor 1."""
    handoff = handed(sender, receiver)
    assert (handoff["verdict"], handoff["retention"]) == ("not_measured", None)
    assert handoff["reason"] == "foreign_key"


def test_a_session_stays_under_the_key_that_it_came_with() -> None:
    """Later agents of the receiving process and its own handoffs go on under the sender's key."""
    collector = Collector()
    old, turned = Process(collector, **BEFORE), Process(collector, **TURNED)
    headers = give(old, STATE)
    with turned, intact.received(STATE, headers):
        passed = intact.agent("billing")(lambda state: dict(state))(STATE)
        headers = intact.agent("shipping")(
            lambda state: intact.handoff("archive", state).headers()
        )(passed)
    with Process(collector, **KNOWN), intact.received(LOST, headers):
        intact.agent("archive")(lambda state: None)(LOST)
    handoffs = {handoff["target"]: handoff for handoff in collector.handoffs()}
    assert {name: one["verdict"] for name, one in handoffs.items()} == {
        "billing": "intact",
        "shipping": "intact",
        "archive": "degraded",
    }


def test_an_agent_inside_a_turn_takes_its_callers_key() -> None:
    """Whatever the baggage says: both are in one process."""
    collector = Collector()
    headers = give(Process(collector, **BEFORE), STATE)

    @intact.agent("billing")
    def billing(state: object) -> object:
        return intact.agent("ledger")(lambda state: None)(state)

    with Process(collector, **TURNED), intact.received(STATE, headers):
        billing(STATE)
    there = [one for one in collector.handoffs() if one["mode"] != "return"]
    assert [one["verdict"] for one in there] == ["intact", "intact"]


@pytest.mark.parametrize("told", ["", "zz", "0badc0de", "0" * 40, "ABCDEF01"])
def test_a_key_that_is_not_here_is_not_followed(told: str) -> None:
    """Anybody can send baggage: what it says chooses among this process's keys, no more."""
    collector = Collector()
    headers = dict(give(Process(collector, **KNOWN), STATE))
    own = key_from_text(OLD).id.hex()
    assert f"intact.key.id={own}" in headers["baggage"]
    headers["baggage"] = headers["baggage"].replace(own, told)
    take(Process(collector, **KNOWN), LOST, headers)
    assert [one["verdict"] for one in collector.handoffs()] == ["degraded"]
