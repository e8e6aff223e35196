"""A value of a state meets the same value in a text, and no other."""

from __future__ import annotations

import pytest

from intact.measure import compare
from intact.model.facts import Outcome
from tests.intact.fingerprint.reading import read


def outcome(state: object, text: str) -> str:
    """What became of the one fact of a state in a text."""
    counts = compare(read(state), read(text)).facts
    (found,) = [each for each in Outcome if counts[each] and each is not Outcome.ADDED]
    return found.name.lower()


@pytest.mark.parametrize(
    ("state", "text"),
    [
        ({"time": "quarter past 6 in the evening"}, "See you at 6:15 pm."),
        ({"time": "18:15"}, "See you at 6:15 then."),  # the text does not say which half
        ({"time": "06:15"}, "See you at 6:15 then."),
        ({"time": "6:15"}, "See you at 18:15."),
        ({"due": "the fourth of December"}, "Pay by 2026-12-04."),
        ({"due": "the 4th"}, "Pay by December 4th."),
        ({"due": "December 4th"}, "Pay on the 4th, please."),
        ({"due": "12th of this month"}, "Pay by March 12th."),
        ({"due": "next Wednesday"}, "It is due Wednesday next week."),
        ({"due": "4. Dezember 2026"}, "Due on December 4, 2026."),
        ({"total": 129.9}, "It costs $129.90."),
        ({"total": "$129.90"}, "It costs 129.90 in all."),
        ({"total": "$129.90"}, '{"total": 129.9}'),
        ({"amount": 20}, "Send $20 to Dana."),
        ({"amount": "one thousand and twenty bucks"}, "Send $1,020 to Dana."),
        ({"number_of_seats": 2}, "Two seats are reserved."),
        ({"number_of_seats": "two"}, "A table for 2 at noon."),
        ({"rooms": 3}, "We booked 3 large rooms."),
        ({"stay_length": "seven"}, "You stay 7 nights."),
        ({"stars": 4}, "It is a 4-star hotel."),
        ({"dose": "500mg"}, "Take 0.5 g a day."),
        ({"dose_mg": 500}, "Take 500 mg a day."),
        ({"delivery": "5-7 days"}, "It takes five to seven days."),
        ({"wait": "zwei Stunden"}, "It takes two hours."),
    ],
)
def test_a_value_is_found_however_it_is_written(state: object, text: str) -> None:
    """In words or digits, with or without its unit, finer or coarser."""
    assert outcome(state, text) in ("kept", "restated")


@pytest.mark.parametrize(
    ("state", "text"),
    [
        ({"time": "quarter past 6 in the evening"}, "See you at 6:30 pm."),
        ({"time": "18:15"}, "See you at 6:15 am."),
        ({"due": "the fourth of December"}, "Pay by 2026-12-05."),
        ({"due": "the 4th"}, "Take the 4th floor, by December 5th."),
        ({"due": "next Wednesday"}, "It is due next Thursday."),
        ({"total": "$129.90"}, "It costs €129.90."),
        ({"total": "$129.90"}, "It costs 129.90 CAD."),
        ({"amount": 20}, "Send $30 to 20 people."),
        ({"number_of_seats": 2}, "2 rooms with 3 seats."),
        ({"rooms": 3}, "Chapter 3 is about rooms."),
        ({"dose": "500mg"}, "Take 500 g a day."),
        ({"delivery": "5-7 days"}, "It takes 5-8 days."),
    ],
)
def test_another_value_is_not_taken_for_it(state: object, text: str) -> None:
    """However near it comes."""
    assert outcome(state, text) == "dropped"


def test_another_currency_in_its_place_is_another_value() -> None:
    """$5 became €5."""
    counts = compare(read({"fee": "$5"}), read({"fee": "€5"})).facts
    assert counts[Outcome.ALTERED] == 1


def test_a_number_without_its_currency_in_its_place_is_the_same() -> None:
    """The key says what it is."""
    counts = compare(read({"fee": "$129.90"}), read({"fee": 129.9})).facts
    assert counts[Outcome.RESTATED] == 1
