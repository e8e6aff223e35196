"""What became of each fact: one small state, one small change, one outcome."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intact.measure import compare
from intact.measure.outcome import Holder, outcomes
from intact.measure.retention import SURVIVED
from intact.model.facts import LONG_PROSE, Outcome
from intact.model.fingerprint import COMPLETE, EVERY_FACT, Fingerprint, Limit
from tests.intact.fingerprint.reading import read


def became(known: Any, received: Any) -> dict[str, Outcome]:
    """The outcome of each lost fact by name; what is not in it survived."""
    return {fact.fact: fact.outcome for fact in compare(read(known), read(received)).lost}


def counts(known: Any, received: Any) -> dict[Outcome, int]:
    """How many facts had each outcome, without zeros."""
    return {outcome: n for outcome, n in compare(read(known), read(received)).facts.items() if n}


@pytest.mark.parametrize(
    ("value", "received"),
    [
        # the same place
        ("A-1042", {"value": "A-1042"}),
        ("blue widget", {"value": "Blue widget."}),
        (True, {"value": True}),
        (3, {"value": 3}),
        # moved to another place
        ("A-1042", {"elsewhere": {"deep": ["A-1042"]}}),
        ("blue widget", {"elsewhere": "blue widget"}),
        (1299, {"elsewhere": 1299}),
        # embedded in text
        ("A-1042", "Please look at A-1042 today."),
        ("A-1042", {"prompt": "Please look at order (A-1042) today, and tell the customer so."}),
        ("blue widget", "She ordered the blue widget, size XL, and nothing else came with it."),
        ("UPS", "It went with UPS, says the depot."),
        ("Dana Smith", [{"role": "user", "content": "The customer is called Dana Smith."}]),
        (1299, "It costs 1299 in all."),
        (129.9, [{"role": "system", "content": "total: 129.9"}]),
        # what means something only with its key, with its key
        (True, "The value is true."),
        (True, "- **Value:** yes"),
        (3, "value: 3"),
        (-5, "value = -5"),
        ("open", "Value: open"),
        ("on hold", "| value | on hold |"),
        ("on hold", "<value>on hold</value>"),
    ],
)
def test_kept(value: object, received: object) -> None:
    """At its place, at another one, or inside a text."""
    assert counts({"value": value}, received)[Outcome.KEPT] == 1


@pytest.mark.parametrize(
    ("value", "received"),
    [
        ("6:15 pm", {"value": "18:15"}),
        ("2026-12-04", "It is due on December 4, 2026."),
        ("2026-12-04", "It is due on the 4th of December."),
        ("2026-12-04", {"due_at": "2026-12-04T18:15:00"}),
        ("4 December", {"due": "2026-12-04"}),
        ("04/12/2026", {"due": "2026-12-04"}),
        ("2026-12-04", {"due": "04/12/2026"}),
        ("2026-12-04T18:15", "Due on 4 December 2026 at 6:15 pm."),
        ("2026-12-04T18:15", "Due 4 Dec at 18:15."),
        ("2026-12-04T18:15", {"value": "2026-12-04T18:15Z"}),
        ("2026-12-04T18:15Z", {"value": "2026-12-04 18:15"}),
        ("2026-12-04T18:15+00:00", {"value": "2026-12-04T19:15+01:00"}),
        ("18:15", {"at": "2026-12-04T18:15"}),
        ("$1,299.00", {"value": 1299}),
        (1299, "That is $1,299.00 for you."),
        ("120 minutes", "It takes 2 hours."),
        ("+1 (555) 123-4567", "Call 555-123-4567."),
        ("+1 (555) 123-4567", {"phone": "+15551234567"}),
        (
            "deliver the small parcel to her back door today",
            "deliver parcels to her back door today",
        ),
    ],
)
def test_restated(value: object, received: object) -> None:
    """The same value in another notation, or in most of its words."""
    assert counts({"value": value}, received)[Outcome.RESTATED] == 1
    assert became({"value": value}, received) == {}


@pytest.mark.parametrize(
    ("value", "other"),
    [
        ("6:15 pm", "18:30"),
        ("2026-12-04", "2025-12-04"),
        ("2026-12-04", "2026-12-05"),
        ("2026-12-04T18:15", "2026-12-04T18:30"),
        ("2026-12-04T18:15", "2026-12-05T18:15"),
        ("2026-12-04T18:15Z", "2026-12-04T18:15+01:00"),
        ("2026-12-04T18:15", "2026-12-04"),
        ("$1,299.00", "$1,399.00"),
        (1299, -1299),
        (True, False),
        (3, 4),
        ("open", "closed"),
        ("A-1042", "A-1043"),
        ("blue widget", "red gadget"),
        (
            "ship 12 units to the Berlin warehouse gate",
            "ship 15 units to the Berlin warehouse gate",
        ),
        ("cancel the whole order now", "do not cancel the whole order now"),
        ("never call her before lunch please", "call her before lunch please"),
        ("dana@example.org", "lee@example.org"),
    ],
)
def test_altered(value: object, other: object) -> None:
    """Another value stands in its place."""
    assert became({"value": value}, {"value": other}) == {"value": Outcome.ALTERED}


@pytest.mark.parametrize(
    ("value", "cut"),
    [
        ("deliver to the back door of the red house", "deliver to the back door"),
        ("blue widget, size XL", "blue"),
        (
            "The customer wrote that the parcel never came. She asked for the money back twice. "
            "The depot says that it was delivered to a neighbour.",
            "The customer wrote that the parcel never came. She",
        ),
        (
            "The customer wrote that the parcel never came. She asked for the money back twice. "
            "The depot says that it was delivered to a neighbour.",
            "The customer wrote that the parcel never came. She asked for the money back twice.",
        ),
    ],
)
def test_truncated(value: str, cut: str) -> None:
    """The beginning of it stands in its place."""
    assert became({"value": value}, {"value": cut})["value"] is Outcome.TRUNCATED


@pytest.mark.parametrize(
    ("value", "received"),
    [
        ("A-1042", {}),
        ("A-1042", {"other": "A-1043"}),
        ("blue widget", "The blue one."),
        (True, {"other": True}),
        (True, "other: true"),
        (3, "there are 3 of them"),
        ("open", "The door is open."),
        ("6:15 pm", "at 6:30 pm"),
        ("2026-12-04", "4 December 2025"),
        ("2026-12-04", "2025-12-04"),
        ("2026-12-04T18:15", "2026-12-04"),
        ("2026-12-04T18:15", "at 18:15"),
        ("2026-12-04T18:15", "18:15 on 2026-12-05"),
        ("ship 12 units to the Berlin warehouse gate", "ship units to the Berlin warehouse gate"),
    ],
)
def test_dropped(value: object, received: object) -> None:
    """It is nowhere; small numbers and common words are not taken from other keys."""
    assert became({"value": value}, received) == {"value": Outcome.DROPPED}


def test_items_that_left_a_list_are_dropped_not_altered() -> None:
    """The items that stayed took nobody's place."""
    known = {"items": [{"sku": "B-771"}, {"sku": "B-772"}, {"sku": "B-773"}]}
    received = {"items": [{"sku": "B-772"}]}
    assert counts(known, received) == {Outcome.KEPT: 1, Outcome.DROPPED: 2}


def test_a_new_item_takes_the_place_of_one() -> None:
    """Of two that are gone one was altered."""
    known = {"items": [{"sku": "B-771"}, {"sku": "B-772"}, {"sku": "B-773"}]}
    received = {"items": [{"sku": "B-772"}, {"sku": "B-779"}]}
    assert counts(known, received) == {
        Outcome.KEPT: 1,
        Outcome.ALTERED: 1,
        Outcome.DROPPED: 1,
        Outcome.ADDED: 1,
    }


@pytest.mark.parametrize("value", ["A-1042", "blue widget", "2026-12-04", True])
def test_one_value_received_does_not_stand_for_two(value: object) -> None:
    """It is at its own place for the one, and so missing for the other."""
    known = {"one": {"value": value}, "two": {"value": value}}
    assert became(known, {"one": {"value": value}}) == {"two.value": Outcome.DROPPED}


def test_a_value_may_stand_in_text_as_well() -> None:
    """Then there is enough of it for both."""
    known = {"one": "A-1042", "two": "A-1042"}
    assert became(known, {"one": "A-1042", "prompt": "Look at A-1042, please, it is late."}) == {}


def test_values_that_changed_places_were_moved() -> None:
    """Each is there, so nothing was lost."""
    assert became({"a": "A-1042", "b": "B-771"}, {"a": "B-771", "b": "A-1042"}) == {}


def test_low_entropy_values_that_changed_places_were_altered() -> None:
    """They mean something with their keys alone."""
    assert became({"paid": True, "sent": False}, {"paid": False, "sent": True}) == {
        "paid": Outcome.ALTERED,
        "sent": Outcome.ALTERED,
    }


def test_what_the_receiver_has_besides_was_added() -> None:
    """By number, and as a share of what it holds: its novelty."""
    measured = compare(read({"a": "A-1042"}), read({"a": "A-1042", "b": "B-771"}))
    assert (measured.facts[Outcome.ADDED], measured.novelty) == (1, 0.5)


def test_what_the_sender_wrote_differently_was_not_added() -> None:
    """Another spelling at the same path, or the value out of a text, is nothing new."""
    assert compare(read({"a": "$129.90"}), read({"a": 129.9})).novelty == 0.0
    said = [{"role": "user", "content": "Refund $45 for A-1042 by 4 December 2026, please."}]
    measured = compare(
        read(said), read({"order": "A-1042", "by": "2026-12-04", "on": "2026-12-05"})
    )
    assert measured.facts[Outcome.ADDED] == 1


def test_sentences_are_kept_by_their_words() -> None:
    """All of them: kept; most of them: restated; a prompt around them does not matter."""
    text = "The small parcel for the customer never reached her house in Berlin so far."
    prompt = f"You are an agent. Be kind.\n\n## Notes\n{text}\nNow answer."
    assert counts(text, prompt)[Outcome.KEPT] == 1
    most = "We know that small parcels for customers never reached her house so far."
    assert counts(text, most)[Outcome.RESTATED] == 1
    assert counts(text, "It rained in the mountains all day long.")[Outcome.DROPPED] == 1


def test_a_sentence_that_is_a_value_of_a_state_is_prose_as_well() -> None:
    """What a longer text said is found in it; a label of two words is no prose."""
    said = "The small parcel never reached the house in Berlin."
    text = f"{said} The courier left no note at the door."
    prose = compare(read({"id": "A-1042", "note": text}), read({"id": "A-1042", "note": said}))
    assert prose.prose_retention == compare(read({"note": text}), read(said)).prose_retention
    assert 0.4 < (prose.prose_retention or 0) < 0.7
    assert read({"title": "blue widget"}).bigrams.total == 0


def test_a_string_of_a_message_is_found_in_a_state() -> None:
    """From text to state, as from state to text."""
    message = [{"role": "user", "content": "Refund $45 for A-1042 by 4 December 2026, please."}]
    state = {"order": "A-1042", "amount": 45, "by": "2026-12-04"}
    lost = became(message, state)
    assert not [name for name in lost if "sentence" not in name]


def sampled(fingerprint: Fingerprint) -> Fingerprint:
    """The same with no room for anything."""
    return replace(
        fingerprint,
        facts=(),
        fact_threshold=0,
        words=replace(fingerprint.words, tokens=frozenset(), threshold=0),
        bigrams=replace(fingerprint.bigrams, tokens=frozenset(), threshold=0),
    )


@pytest.mark.parametrize(
    "value",
    ["A-1042", "2026-12-04", "2026-12-04T18:15", "blue widget", True, "a longer text " * 9],
)
def test_what_a_sample_cannot_tell_is_undecided(value: object) -> None:
    """Never lost."""
    measured = compare(read({"value": value}), sampled(read({"other": "B-771"})))
    assert measured.facts[Outcome.UNDECIDED] == sum(measured.facts.values())
    assert measured.lost == ()


RICH = {
    "order": {"id": "A-1042", "amount": 129.9, "status": "open", "gift": True},
    "refund_by": "2026-12-04",
    "customer": "Dana Ibáñez Smith",
    "note": "The parcel was left behind the green door of the old town hall last week. " * 3,
    "messages": [{"role": "user", "content": "Refund $45 by 4 December for my torn blue coat."}],
}
POOR = {
    "order": {"id": "A-1043", "status": "open", "gift": False},
    "prompt": "Dana wants 129.90 back by December 4th for a torn coat. The parcel was left behind"
    " the green door of the town hall.",
}


def cut(fingerprint: Fingerprint, facts: int, prose: int, words: int, bigrams: int) -> Fingerprint:
    """A sample as a writer leaves it: of each sort what lies below a threshold."""
    return replace(
        fingerprint,
        facts=tuple(
            fact
            for fact in fingerprint.facts
            if fact.value < (prose if fact.kind in LONG_PROSE else facts)
        ),
        fact_threshold=facts,
        prose_threshold=prose,
        **{
            name: replace(
                sketch,
                tokens=frozenset(token for token in sketch.tokens if token < threshold),
                threshold=threshold,
            )
            for name, sketch, threshold in (
                ("words", fingerprint.words, words),
                ("bigrams", fingerprint.bigrams, bigrams),
            )
        },
    )


@given(
    st.sampled_from([RICH, POOR]),
    st.tuples(*[st.sampled_from([0, EVERY_FACT]) | st.integers(0, EVERY_FACT)] * 2),
    st.tuples(*[st.sampled_from([0, COMPLETE]) | st.integers(0, COMPLETE)] * 2),
)
@settings(max_examples=300)
def test_a_sample_says_what_the_whole_says_or_that_it_cannot_tell(
    context: Any, tables: tuple[int, int], sketches: tuple[int, int]
) -> None:
    """And what the sample is sure to show, it does decide."""
    known, whole = read(RICH), read(context)
    part = Holder(cut(whole, *tables, *sketches))
    shows = [part.shows(fact) for fact in known.facts]
    decided = outcomes(known.facts, part)
    for fact, here, there, shown in zip(
        known.facts, decided, outcomes(known.facts, Holder(whole)), shows, strict=True
    ):
        if here is Outcome.UNDECIDED:
            assert not shown, fact.name
        else:
            assert (here in SURVIVED) == (there in SURVIVED), fact.name


@pytest.mark.parametrize(
    ("limit", "outcome"),
    [
        (Limit.DEPTH, Outcome.UNDECIDED),
        (Limit.LEAVES, Outcome.UNDECIDED),
        (Limit.SIZE, Outcome.UNDECIDED),
        (Limit.MUTATED, Outcome.UNDECIDED),
        (Limit.ERROR, Outcome.UNDECIDED),
        (Limit.CYCLE, Outcome.DROPPED),
        (Limit.OPAQUE, Outcome.DROPPED),
        (Limit.NAMES, Outcome.DROPPED),
    ],
)
def test_what_was_not_read_may_hold_what_is_missing(limit: Limit, outcome: Outcome) -> None:
    """A side that was cut short cannot be charged with losing what lay behind the cut."""
    received = replace(read({"other": "B-771"}), limits=limit)
    assert compare(read({"value": "A-1042"}), received).facts[outcome] == 1


def test_another_value_in_its_place_is_altered_even_where_something_was_not_read() -> None:
    """That was seen."""
    received = replace(read({"value": "A-1043"}), limits=Limit.LEAVES)
    assert compare(read({"value": "A-1042"}), received).facts[Outcome.ALTERED] == 1


@pytest.mark.parametrize(
    ("known", "received", "lost"),
    [
        # the title was there all the time, and the city went
        ({"city": "Paris", "title": "Trip to Paris"}, {"title": "Trip to Paris"}, {"city"}),
        (
            {"city": "Paris", "to": "Paris", "at": "Hotel Paris"},
            {"to": "Paris", "at": "Hotel Paris"},
            {"city"},
        ),
        ({"who": "Dana Smith", "note": "ask Dana Smith"}, {"note": "ask Dana Smith"}, {"who"}),
        (
            {"city": "Brooklyn", "street": "60 Furman Street, Brooklyn Bridge Park"},
            {"street": "60 Furman Street, Brooklyn Bridge Park"},
            {"city"},
        ),
        # what was not there before may have taken it up
        ({"city": "Paris", "title": "Trip to Rome"}, {"title": "Trip to Paris"}, {"title"}),
        ({"city": "Paris"}, {"title": "Trip to Paris"}, set()),
        # and of a text nobody knows which words are its own
        (
            {"city": "Paris", "title": "Trip to Paris"},
            {
                "title": "Trip to Paris",
                "log": "The customer called us twice, and then wrote a mail to say that nobody had "
                "told them when to come.",
            },
            set(),
        ),
    ],
)
def test_a_word_of_another_fact_keeps_no_fact(known: Any, received: Any, lost: set[str]) -> None:
    """One value of the receiver stands for one fact of the sender, also by its words."""
    assert set(became(known, received)) == lost


def test_grounding_is_the_share_of_the_receivers_prose_that_the_sender_knew() -> None:
    """A brief that repeats the question and goes on about another task is half grounded."""
    question = "Find the largest county seat of Washington by land area in the census of 2020."
    measured = compare(read(question), read(question))
    assert (measured.prose_retention, measured.grounding) == (1.0, 1.0)
    other = "Debug the script, correct every logical error and test the corrected code again."
    longer = compare(read(question), read(f"{question} {other}"))
    assert longer.prose_retention == 1.0
    assert longer.grounding is not None
    assert 0.3 < longer.grounding < 0.6
    assert compare(read(question), read(other)).grounding == 0.0
    assert compare(read({"a": "A-1042"}), read({"a": "A-1042"})).grounding is None


def test_a_common_word_of_a_tools_result_that_a_text_says_without_its_key_is_undecided() -> None:
    """The word may be said of the refund or of anything; where it is not, it was dropped."""
    content = {"id": "RF-9001", "status": "approved"}
    result = [{"role": "tool", "name": "refund", "content": content}]
    said = "The refund RF-9001 was approved."
    assert counts(result, said) == {Outcome.KEPT: 1, Outcome.UNDECIDED: 1}
    assert counts(result, "The refund RF-9001 is on its way.") == {
        Outcome.KEPT: 1,
        Outcome.DROPPED: 1,
    }
    assert counts(result, "Refund RF-9001, status: approved")[Outcome.KEPT] == 2
    assert became({"status": "approved"}, {"note": "They approved of the colour."}) == {
        "status": Outcome.DROPPED
    }
