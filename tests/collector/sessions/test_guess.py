"""Sessions that nothing but their content brings together."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intact_collector.model.span import ReducedSpan
from intact_collector.sessions.clue import Clue, clue
from intact_collector.sessions.guess import guess
from intact_collector.sessions.stitch import stitch
from intact_collector.sessions.turns import assemble_turns
from tests.collector.journeys import CONVERSATION, SECOND, SESSION, turn

ORDER = "My order ORD-48213 came broken, please refund $129.90."
APPROVED = "Refund of $129.90 for ORD-48213 approved, to be paid by Friday."


def clues(spans: list[ReducedSpan]) -> list[Clue]:
    """What each session shows, by start."""
    held = {one.key: one for one in spans}
    return [clue(group, held) for group in stitch(assemble_turns(spans), held)]


def guessed(spans: list[ReducedSpan], window: int = 60) -> list[int | None]:
    """For each session, by start, the one that it continues."""
    return guess(clues(spans), window * SECOND)


def first(answered: str = APPROVED) -> list[ReducedSpan]:
    """A session in which one agent answers."""
    return [*turn("t1", "triage", 0, asked=ORDER), *turn("t1", "refunds", 3, answered=answered)]


def test_a_whole_output_in_the_first_message_continues_the_session() -> None:
    """A program pastes what one agent said into the prompt of the next."""
    spans = [*first(), *turn("t2", "notify", 5, asked=f"Notify the customer. {APPROVED}")]
    assert guessed(spans) == [None, 0]


def test_half_an_output_is_not_enough() -> None:
    """Its words alone may come from anywhere."""
    said = "The parcel was handed to the neighbour on the left side of the street."
    spans = [*first(said), *turn("t2", "notify", 5, asked="The parcel was handed over.")]
    assert guessed(spans) == [None, None]


LONG_WORDS = (
    "The parcel was handed to the neighbour on the left side of the street, who opened the broken "
    "box, found the green lamp without its shade and wrote a furious letter to the carrier."
)


def test_a_long_output_needs_no_facts() -> None:
    """Nobody says so much twice in the same words."""
    spans = [*first(LONG_WORDS), *turn("t2", "notify", 5, asked=f"Tell the shop. {LONG_WORDS}")]
    assert guessed(spans) == [None, 0]


def test_a_phrase_without_facts_is_no_evidence() -> None:
    """Agents tell many users the same, and the right session may not have been sampled."""
    phrase = "The refund was approved and will be paid within a few days."
    spans = [*first(phrase), *turn("t2", "notify", 5, asked=f"Tell the customer. {phrase}")]
    assert guessed(spans) == [None, None]


def test_a_short_output_is_no_evidence() -> None:
    """Everyone says "done"."""
    spans = [*first("All done."), *turn("t2", "notify", 5, asked="All done. Tell them.")]
    assert guessed(spans) == [None, None]


def test_two_facts_of_one_session_continue_it() -> None:
    """An order number and an amount that no other session has seen."""
    spans = [*first("Yes."), *turn("t2", "notify", 5, asked="Tell them: ORD-48213, $129.90.")]
    assert guessed(spans) == [None, 0]


def test_one_fact_is_not_enough() -> None:
    """It may be a coincidence."""
    spans = [*first("Yes."), *turn("t2", "notify", 5, asked="What about ORD-48213?")]
    assert guessed(spans) == [None, None]


def test_an_amount_and_a_date_alone_are_not_enough() -> None:
    """Many customers pay $129.90 and wait for Friday."""
    asked = "Please pay $129.90 by Friday."
    spans = [*first(), *turn("t2", "notify", 5, asked=asked)]
    assert guessed(spans) == [None, None]


def test_a_fact_that_the_session_never_saw_speaks_against_it() -> None:
    """The message is about another order too."""
    asked = "Tell them: ORD-48213, $129.90, and close ORD-77777."
    spans = [*first("Yes."), *turn("t2", "notify", 5, asked=asked)]
    assert guessed(spans) == [None, None]


def test_two_sessions_that_could_be_meant_are_none() -> None:
    """Ambiguous means no merge."""
    spans = [
        *first(),
        *turn("t9", "triage", 1, asked=ORDER),
        *turn("t9", "refunds", 3.5, answered=APPROVED),
        *turn("t2", "notify", 5, asked=f"Notify the customer. {APPROVED}"),
    ]
    assert guessed(spans) == [None, None, None]


@pytest.mark.parametrize("agent", ["triage", "refunds"])
def test_the_user_coming_back_is_no_handoff(agent: str) -> None:
    """The agent that opened the session, or spoke last, is where a user's next message goes."""
    spans = [*first(), *turn("t2", agent, 5, asked=f"You said: {APPROVED}")]
    assert guessed(spans) == [None, None]


def test_after_a_minute_nothing_is_guessed() -> None:
    """The window counts from the end of what the session did last."""
    asked = f"Notify the customer. {APPROVED}"
    assert guessed([*first(), *turn("t2", "notify", 63, asked=asked)]) == [None, 0]
    assert guessed([*first(), *turn("t2", "notify", 65, asked=asked)]) == [None, None]


def test_only_a_turn_that_starts_a_trace_is_guessed() -> None:
    """Whatever runs inside a trace has a place already."""
    spans = [
        *first(),
        *turn("t2", "outer", 4, seconds=5, keys=[(CONVERSATION, "c1")]),
        *turn("t2", "notify", 5, asked=f"Notify. {APPROVED}", keys=[(CONVERSATION, "c2")]),
    ]
    assert guessed(spans) == [None, None, None]


def test_an_explicit_session_is_never_guessed_away() -> None:
    """Who gives an id means it."""
    spans = [
        *first(),
        *turn("t2", "notify", 5, asked=f"Notify. {APPROVED}", keys=[(SESSION, "s")]),
    ]
    assert guessed(spans) == [None, None]


def test_nothing_is_guessed_between_environments() -> None:
    """A copy of production's data in staging is another session."""
    spans = [*first(), *turn("t2", "notify", 5, asked=f"Notify. {APPROVED}", scope="staging/")]
    assert guessed(spans) == [None, None]


def test_a_chain_of_guesses_is_one_session() -> None:
    """Each link is weighed against the session that the links before it made."""
    sent = "Message about ORD-48213 and $129.90 sent by SMS to the customer."
    spans = [
        *first(),
        *turn("t2", "notify", 5, asked=f"Notify. {APPROVED}", answered=sent),
        *turn("t3", "archive", 8, asked=f"File this: {sent}"),
    ]
    assert guessed(spans) == [None, 0, 0]


AMOUNTS = ["$129.90", "$15.00", "$80.00"]
DAYS = ["Friday", "Monday", "2 May"]


@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(2, 12))
def test_customers_in_one_scenario_are_never_mixed(chance: Random, customers: int) -> None:
    """Many customers at once, few amounts and days, outputs that are word for word the same.

    customer 0   triage ── refunds ── notify          each in a trace of its own,
    customer 1      triage ──── refunds ── notify     some of them never heard of
    """
    spans: list[ReducedSpan] = []
    for customer in range(customers):
        order = f"ORD-{10_000 + customer}"
        amount, day = chance.choice(AMOUNTS), chance.choice(DAYS)
        now = chance.uniform(0, 30)
        wish = f"Order {order} came broken. I want {amount} back by {day}."
        vague = chance.choice([f"Customer of {order} wants {amount} by {day}.", "A refund is due."])
        paid = chance.choice(
            [
                f"Refund of {amount} for {order} approved, to be paid by {day}.",
                f"Refund of {amount} approved, to be paid by {day}.",
                "The refund was approved and will be paid within a few days.",
            ]
        )
        parts = [
            turn(f"a{customer:02}", "triage", now, asked=wish, answered=vague),
            turn(f"b{customer:02}", "refunds", now + 2, asked=f"Handle: {vague}", answered=paid),
            turn(f"c{customer:02}", "notify", now + 4, asked=f"Tell the customer. {paid}"),
        ]
        kept = [part for part in parts if chance.random() < 0.8] or parts[:1]
        spans += [one for part in kept for one in part]
    shown = clues(spans)
    for index, target in enumerate(guess(shown)):
        if target is not None:
            assert shown[index].opening[0][1:3] == shown[target].opening[0][1:3]


@given(st.permutations(range(4)))
def test_the_order_of_clues_does_not_matter(order: list[int]) -> None:
    """A guess is a function of what is there."""
    spans = [
        *first(),
        *turn("t2", "notify", 5, asked=f"Notify. {APPROVED}"),
        *turn("t3", "triage", 1, asked="Where is ORD-11111?"),
        *turn("t4", "other", 9, asked="Something else, please."),
    ]
    shown = clues(spans)
    shuffled = [shown[at] for at in order]
    found = {
        shuffled[index].opening: shuffled[target].opening
        for index, target in enumerate(guess(shuffled))
        if target is not None
    }
    assert found == {shown[2].opening: shown[0].opening}
