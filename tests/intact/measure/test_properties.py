"""Measures agree with slow and obvious ones, and move the way they have to."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intact.measure import compare
from intact.model.facts import Outcome
from tests.intact.fingerprint.reading import read

# Values that are found by nothing but themselves, and what each of them weighs.
WEIGHTS = {
    **{f"ORD-{n}": 2.0 for n in range(1000, 1006)},
    **{float(n): 2.0 for n in range(2000, 2004)},
    **{f"2026-12-{n:02d}": 2.0 for n in range(10, 14)},
    **dict.fromkeys(("zebra", "lantern", "copper"), 1.0),
    True: 0.5,
    False: 0.5,
    7: 0.5,
    8: 0.5,
}
KEYS = [f"key_{letter}" for letter in "abcdefgh"]
STATES = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(list(WEIGHTS)), max_size=6)


def by_hand(known: dict[str, Any], received: dict[str, Any]) -> float | None:
    """Retention of a flat state: each received value stands for one known fact at most."""
    left = dict(received)
    kept = {key for key in known if key in left and same(left[key], known[key])}
    for key in kept:
        del left[key]
    for key, value in known.items():
        moved = [other for other, there in left.items() if same(there, value)]
        if key not in kept and WEIGHTS[value] > 0.5 and moved:
            del left[moved[0]]
            kept.add(key)
    total = sum(WEIGHTS[value] for value in known.values())
    return sum(WEIGHTS[known[key]] for key in kept) / total if total else None


def same(one: object, other: object) -> bool:
    """Equal, and of one type: True is not 1."""
    return type(one) is type(other) and one == other


@given(STATES, STATES)
@settings(max_examples=150)
def test_retention_of_flat_states_is_what_one_counts_by_hand(
    known: dict[str, Any], received: dict[str, Any]
) -> None:
    """Weighted, with every value claimed once."""
    measured = compare(read(known), read(received))
    expected = by_hand(known, received)
    assert measured.retention == (None if expected is None else pytest.approx(expected))


def all_different(state: dict[str, Any]) -> bool:
    """Whether no value stands twice."""
    return len({(type(value), value) for value in state.values()}) == len(state)


TEXTS = st.lists(
    st.sampled_from(
        [
            "Order ORD-1000 was delivered broken to the customer in the old town.",
            "She wants 2,000 USD back before 12 December 2026, if at all possible.",
            "Do not call her zebra lantern number before noon on any working day.",
            "The copper kettle is worth 2001 and has ORD-1003 on its green label.",
        ]
    ),
    max_size=4,
).map(" ".join)


@given(STATES, STATES, STATES, TEXTS)
@settings(max_examples=100)
def test_hearing_more_never_lowers_retention(
    known: dict[str, Any], received: dict[str, Any], more: dict[str, Any], text: str
) -> None:
    """Of what arrived at its place, or in text; novelty tells of the rest."""
    fewer = read(received)
    extra = {f"more_{key}": value for key, value in more.items()} | {"prompt": text}
    before = compare(read(known), fewer).retention
    after = compare(read(known), read(received | extra)).retention
    assert (before is None) == (after is None)
    assert (after or 0.0) >= (before or 0.0) - 1e-12


@given(STATES.filter(bool).filter(all_different), STATES, TEXTS)
@settings(max_examples=100)
def test_losing_a_fact_never_raises_retention(
    known: dict[str, Any], received: dict[str, Any], text: str
) -> None:
    """Whichever it is. (What text says once it says of all: so no value stands twice here.)"""
    whole = compare(read(known), read({**received, "prompt": text})).retention
    for key in received:
        fewer = {other: value for other, value in received.items() if other != key}
        rest = compare(read(known), read({**fewer, "prompt": text})).retention
        assert (rest or 0.0) <= (whole or 0.0) + 1e-12


@given(STATES, TEXTS)
@settings(max_examples=60)
def test_a_context_survives_whole_in_itself_and_in_more_of_it(
    state: dict[str, Any], text: str
) -> None:
    """Nothing is lost from a thing to itself, nor to what holds it."""
    context = {**state, "notes": text}
    for received in (context, {**context, "more": "ORD-9999"}, {"wrapped": context}, [context]):
        measured = compare(read(context), read(received))
        assert measured.retention in (None, 1.0)
        assert measured.lost == ()


@given(STATES, STATES)
@settings(max_examples=80)
def test_outcomes_add_up(known: dict[str, Any], received: dict[str, Any]) -> None:
    """Each known fact has one; what is lost is listed."""
    fingerprint = read(known)
    measured = compare(fingerprint, read(received))
    counts = dict(measured.facts)
    added = counts.pop(Outcome.ADDED)
    losses = (Outcome.DROPPED, Outcome.ALTERED, Outcome.TRUNCATED)
    if measured.reason is None:
        assert sum(counts.values()) == len(fingerprint.facts)
        assert sum(counts[outcome] for outcome in losses) == len(measured.lost)
        assert added <= len(read(received).facts)
