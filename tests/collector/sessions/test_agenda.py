"""Appointments: nobody is forgotten, and nobody is asked for without need."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from intact_collector.sessions.agenda import Agenda

times = st.floats(0, 100, allow_nan=False)
waits = st.floats(0.25, 20, allow_nan=False)  # a tick at least


@given(st.lists(st.tuples(waits, st.dictionaries(st.integers(1, 9), times, max_size=4))))
def test_everyone_is_called_within_a_tick(steps: list[tuple[float, dict[int, float]]]) -> None:
    """An oracle keeps all open appointments and looks through all of them at every step."""
    agenda, waiting, now = Agenda(), list[tuple[float, int]](), 0.0
    for wait, appointments in steps:
        agenda = agenda.add(appointments)
        waiting += [(time, one) for one, time in appointments.items()]
        now += wait
        called, agenda = agenda.call(now)
        overdue = {one for time, one in waiting if time <= now}
        near = {one for time, one in waiting if time <= now + 0.25}
        assert overdue <= called <= near
        waiting = [(time, one) for time, one in waiting if one not in called or time > now]
        # Whoever was called too early makes a new appointment, as the pipeline does: its next.
        agenda = agenda.add(dict(sorted(((o, t) for t, o in waiting if o in called), reverse=True)))


def test_many_steps_within_a_tick_are_one_call() -> None:
    """What was due is called by the first of them, the rest by the next tick."""
    called, agenda = Agenda().add({1: 5.0}).call(5.0)
    assert called == {1}
    agenda = agenda.add({2: 5.1})
    called, agenda = agenda.call(5.2)
    assert called == set()
    called, agenda = agenda.call(5.3)
    assert called == {2}


def test_a_clock_that_goes_back_loses_nobody() -> None:
    """Appointments for a time that is over are kept at the next moment."""
    _, agenda = Agenda().add({1: 5.0}).call(100.0)
    agenda = agenda.add({2: 7.0})
    called, _ = agenda.call(101.0)
    assert called == {2}
