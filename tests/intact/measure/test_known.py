"""What a sender knew, when it changed, moved or left out values itself."""

from __future__ import annotations

import pytest

from intact.fingerprint import Fingerprinter, Key
from intact.measure import measure
from intact.model.evidence import Evidence
from intact.model.facts import Outcome
from intact.model.measurement import At, Measurement, Verdict

CALL = [
    {"type": "function_call", "name": "lookup", "call_id": "c1", "arguments": "{}"},
    {"type": "function_call_output", "call_id": "c1", "output": '{"total": "129.90"}'},
]
FINGERPRINT = Fingerprinter(Key(b"a key for tests alone")).fingerprint


def handed(*sides: object, received: object, sent: object = None) -> Measurement:
    return measure(
        Evidence(
            known=tuple(FINGERPRINT(side) for side in sides),
            received=FINGERPRINT(received),
            sent=None if sent is None else FINGERPRINT(sent),
        )
    )


def lost(measurement: Measurement) -> list[str]:
    return [one.fact for one in measurement.lost]


def test_a_value_that_the_agent_renamed_is_not_lost():
    """A key is not a fact: the value arrived."""
    given, made = {"id": "A-1042", "total": 129.9}, {"order_id": "A-1042", "total": 129.9}
    found = handed(given, made, received=made)
    assert (found.verdict, lost(found)) == (Verdict.INTACT, [])


def test_a_renamed_value_that_is_lost_is_charged_once():
    """Under the name it had last."""
    given, made = {"id": "A-1042", "total": 129.9}, {"order_id": "A-1042", "total": 129.9}
    found = handed(given, made, received={"total": 129.9}, sent=made)
    assert [(one.fact, one.at) for one in found.lost] == [("order_id", At.TRANSPORT)]


def test_one_of_two_equal_values_is_missed():
    """Two facts of one context need two places in the other."""
    found = handed({"billing": "Lisbon", "shipping": "Lisbon"}, received={"billing": "Lisbon"})
    assert lost(found) == ["shipping"]


@pytest.mark.parametrize("steps", [["new", "triaged"], ["new", "triaged", "approved by hand"]])
def test_a_value_that_the_agent_updated_is_known_as_it_is_now(steps):
    """However often it changed."""
    sides = [{"id": "A-1042", "note": step} for step in steps]
    found = handed(*sides, received=sides[-1])
    assert (found.verdict, lost(found)) == (Verdict.INTACT, [])


def test_an_item_that_the_agent_left_out_of_a_list_is_lost():
    """Nothing stands in its place, so it is no update."""
    given, made = {"tags": ["A-1042", "B-77"]}, {"tags": ["A-1042"]}
    found = handed(given, made, received=made, sent=made)
    assert [(one.fact, one.at) for one in found.lost] == [("tags[]", At.SUMMARY)]


def test_an_item_that_the_agent_replaced_in_a_list_is_an_update():
    """As many came as went."""
    given, made = {"tags": ["A-1042", "B-77"]}, {"tags": ["A-1042", "C-5000"]}
    assert lost(handed(given, made, received=made)) == []


def test_a_field_that_the_agent_emptied_is_lost():
    """Null is no newer value."""
    given, made = {"id": "A-1042", "by": "2026-12-04"}, {"id": "A-1042", "by": None}
    assert lost(handed(given, made, received=made)) == ["by"]


@pytest.mark.parametrize(
    ("sides", "name"),
    [
        (["It cost $129.90.", [{"role": "user", "content": '{"total": 129.9}'}]], "text/amount[0]"),
        (["It cost $129.90.", {"total": 129.9}], "total"),
    ],
)
def test_an_amount_with_and_without_its_currency_is_one_fact(sides, name):
    """Named after the state, else after what says the currency."""
    assert [
        one for one in lost(handed(*sides, received={"id": "A-1042"})) if "sent" not in one
    ] == [name]


def test_amounts_of_two_currencies_are_two_facts():
    """Though their numbers are equal."""
    found = handed("It cost $129.90, or €129.90 there.", received={"id": "A-1042"})
    assert [one for one in lost(found) if "amount" in one] == ["text/amount[0]", "text/amount[1]"]


def test_nothing_is_added_by_what_counts_once():
    """The receiver holds both spellings, as the sender did."""
    context = [{"role": "user", "content": "It cost $129.90."}, *CALL]
    assert handed(context, received=context).facts[Outcome.ADDED] == 0
