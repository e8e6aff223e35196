"""Days told from today are dates where the context says which day it is."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intact.fingerprint.today import resolve, told_from
from intact.measure.outcome import Holder, findings
from tests.intact.fingerprint.reading import read
from tests.intact.fingerprint.test_meeting import outcome

TODAY = "2019-03-01"  # a Friday


@pytest.mark.parametrize(
    ("due", "text"),
    [
        ("tomorrow", "Due on March 2nd."),
        ("next Wednesday", "Due on March 6th."),
        ("Wednesday", "Due on 2019-03-06."),
        ("this Sunday", "Due on 3 March 2019."),
        ("the day after tomorrow", "Due on 3 March."),
        ("übermorgen", "Fällig am 3. März."),
    ],
)
@pytest.mark.parametrize("says", ["key", "text"])
def test_a_relative_date_meets_the_date_it_means(says: str, due: str, text: str) -> None:
    """Told by the key of a state, or by a sentence of a prompt, on the receiver's side as well."""
    note = f"You help customers. Today is Friday, March 1, 2019. Pay {due}, as agreed with us."
    state = {"today": TODAY, "due": due} if says == "key" else {"note": note, "due": due}
    (fact,) = [fact for fact in read(state).facts if fact.name == "due"]
    held = read(text).words.tokens
    assert any(token in held for token in fact.tokens)
    assert not any(token in read("Due on March 9th.").words.tokens for token in fact.tokens)


def test_the_receivers_day_counts_for_the_receiver() -> None:
    """It says tomorrow, and what it was given is a date."""
    received = f"Today is {TODAY}. The customer, who is from Berlin, wants an answer by tomorrow."
    assert outcome({"due": "2019-03-02"}, received) == "restated"
    assert outcome({"due": "2019-03-04"}, received) == "dropped"


@pytest.mark.parametrize(
    ("due", "text", "expected"),
    [
        ("2019-03-02", "Due tomorrow.", "restated"),
        ("March 6th", "Due next Wednesday.", "restated"),
        ("March 6th", "It rained on Wednesday.", "dropped"),
        ("the 3rd", "Due the day after tomorrow.", "restated"),
        ("this Sunday", "Due the day after tomorrow.", "restated"),
        ("6. März", "Fällig nächsten Mittwoch.", "restated"),
        ("2019-03-02T18:15", "Due tomorrow at 6:15 pm.", "restated"),
        ("2019-03-02T18:15", "Due tomorrow at 6:45 pm.", "dropped"),
        ("2019-03-02", "Due next Wednesday.", "dropped"),
        ("2018-03-06", "Due next Wednesday.", "dropped"),
        ("March 13th", "Due next Wednesday.", "dropped"),
        ("2019-03-01", "How can I help you today?", "dropped"),
    ],
)
def test_a_date_meets_what_its_day_is_called(due: str, text: str, expected: str) -> None:
    """The sender knows the day, and the receiver is told "tomorrow"."""
    (lost,) = [fact for fact in read({"today": TODAY, "due": due}).facts if fact.name == "due"]
    (found,) = findings([lost], Holder(read(text)))
    assert found.outcome == expected


def test_without_a_day_a_relative_date_meets_itself_alone() -> None:
    """No clock is asked: the words say no date."""
    assert outcome({"due": "tomorrow"}, "Pay by tomorrow.") == "kept"
    assert outcome({"due": "tomorrow"}, "Pay by March 2nd, 2019.") == "dropped"


DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1))


@given(DAYS, st.integers(1, 7))
def test_a_weekday_is_within_a_week_and_the_next_one_in_the_next(
    today: dt.date, weekday: int
) -> None:
    """Checked against a walk over the calendar, day by day."""
    week = [today + dt.timedelta(days) for days in range(7)]
    assert resolve(f"dw{weekday}", today) == next(d for d in week if d.isoweekday() == weekday)
    following = next(d for d in (today + dt.timedelta(n) for n in range(1, 8)) if d.weekday() == 0)
    assert resolve(f"dw{weekday}+1", today) == following + dt.timedelta(weekday - 1)


@given(DAYS, st.integers(1, 28))
def test_a_day_of_the_month_is_the_next_one(today: dt.date, day: int) -> None:
    """Today included."""
    walk = (today + dt.timedelta(days) for days in range(62))
    assert resolve(f"d----{day:02d}", today) == next(d for d in walk if d.day == day)


@given(DAYS, st.integers(-20, 20))
def test_a_day_is_called_what_means_it(today: dt.date, away: int) -> None:
    """Every name of a day leads back to it, and every day of next week has its name."""
    day = today + dt.timedelta(away)
    names = told_from(day, today)
    assert all(resolve(name, today) == day for name in names)
    to_next_week = 7 - today.weekday()
    assert (f"dw{day.isoweekday()}+1" in names) == (to_next_week <= away < to_next_week + 7)
    assert not {"d+0", f"dw{day.isoweekday()}"} & set(names)


@given(DAYS, DAYS)
def test_a_day_of_the_year_is_the_nearest(today: dt.date, day: dt.date) -> None:
    """Checked against the years around."""
    found = resolve(f"d--{day:%m-%d}", today)
    if (day.month, day.day) == (2, 29):
        assert found is None or (found.month, found.day) == (2, 29)
        return
    around = [day.replace(year=today.year + years) for years in (-2, -1, 0, 1, 2)]
    assert found is not None
    assert abs(found - today) == min(abs(other - today) for other in around)
