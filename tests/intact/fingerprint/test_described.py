"""Yes and no, and words that mean something only beside others, between states and texts."""

from __future__ import annotations

import pytest

from intact.measure import compare
from intact.model.facts import Outcome
from tests.intact.fingerprint.reading import read
from tests.intact.fingerprint.test_meeting import outcome


@pytest.mark.parametrize(
    ("state", "text"),
    [
        ({"vegetarian": False}, "The customer is not vegetarian."),
        ({"vegetarian": False}, "They want a meal that is not at all vegetarian."),
        ({"vegetarian": False}, "vegetarian: no"),
        ({"vegetarian": True}, "The customer is vegetarian."),
        ({"vegetarian": True}, "Vegetarian: yes"),
        ({"vegetarian": "yes"}, "vegetarian = true"),
        ({"vegetarisch": False}, "Der Gast isst nicht vegetarisch."),
        ({"vegetarisch": True}, "Der Gast ist vegetarisch."),
        ({"refundable": False}, "It is not refundable."),
        ({"refundable": False}, "It isn't refundable."),
        ({"refundable": False}, "a non-refundable ticket"),
        ({"is_refundable": False}, "a non-refundable ticket"),
        ({"insurance": False}, "They go without insurance."),
        ({"hasInsurance": False}, "No insurance was booked."),
        ({"versicherung": False}, "Die Reise ist ohne Versicherung."),
        ({"versichert": True}, "versichert: ja"),
        ({"versichert": False}, "versichert: nein"),
        ({"smoking": False}, "a non-smoking room"),
        ({"smoking": "no"}, "smoking: false"),
        ({"express": True}, "express: on"),
        ({"ok": True}, "ok: true"),
        ({"ok": True}, "OK = Yes"),
        ({"confirmed": False}, "not confirmed"),
        ({"confirmed": False}, "The booking isn't confirmed yet."),
        ({"confirmed": False}, "Die Buchung ist nicht confirmed"),
        ({"bestätigt": False}, "Die Buchung ist noch nicht bestätigt."),
        ({"bestätigt": True}, "Die Buchung ist bestätigt."),
        ({"breakfast": False}, "without breakfast"),
        ({"frühstück": False}, "ohne Frühstück"),
        ({"frühstück": False}, "kein Frühstück"),
        ({"paid": True}, "paid: ja"),
        ({"paid": False}, "has not been paid"),
        ({"delivered": False}, "never delivered"),
        ({"delivered": False}, "was not delivered"),
        ({"haustiere": "nein"}, "Haustiere: nein"),
        ({"car": {"type": "standard"}}, "We have a standard car for you."),
        ({"rental_cars": {"type": "standard"}}, "We have two standard cars for you."),
        ({"ticket": {"priority": "high"}}, "It is a high-priority ticket."),
        ({"order": {"status": "open"}}, "You have one open order."),
        ({"room": "private"}, "We booked a private room."),
    ],
)
def test_it_is_found_in_other_words(state: object, text: str) -> None:
    """By its key, by the key above, or by what is denied."""
    assert outcome(state, text) in ("kept", "restated")


@pytest.mark.parametrize(
    ("state", "text"),
    [
        ({"vegetarian": True}, "The customer is not vegetarian."),
        ({"vegetarian": False}, "The customer is vegetarian."),
        ({"vegetarian": False}, "The customer is not from here. The meal is vegetarian."),
        ({"refundable": True}, "a non-refundable ticket"),
        ({"insurance": True}, "No insurance was booked."),
        ({"insurance": False}, "insurance: yes"),
        ({"versichert": True}, "Der Kunde ist nicht versichert."),
        ({"express": True}, "express: off"),
        ({"confirmed": True}, "not confirmed"),
        ({"confirmed": False}, "confirmed: yes"),
        ({"frühstück": True}, "ohne Frühstück"),
        ({"breakfast": False}, "breakfast: true"),
        ({"paid": True}, "has not been paid"),
        ({"delivered": True}, "was never delivered"),
        ({"bestätigt": True}, "noch nicht bestätigt"),
        ({"car": {"type": "standard"}}, "Our standard answer: we have a car for you."),
        ({"order": {"status": "open"}}, "The shop is open, and your order is closed."),
        ({"room": "private"}, "A private matter kept him in his room."),
        ({"pets": False}, "There are no large pets."),
    ],
)
def test_the_opposite_is_not_taken_for_it(state: object, text: str) -> None:
    """Nor the same word said of something else."""
    assert outcome(state, text) == "dropped"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"smoking": "no"}, {"smoking": False}, Outcome.KEPT),
        ({"smoking": "no"}, {"smoking": True}, Outcome.ALTERED),
        ({"is_member": True}, {"member": True}, Outcome.RESTATED),
        ({"is_member": True}, {"member": False}, Outcome.DROPPED),
    ],
)
def test_between_states(before: object, after: object, expected: Outcome) -> None:
    """A yes is a yes however it is written, under a key with its verb or without."""
    assert compare(read(before), read(after)).facts[expected] == 1
