"""A list that grew is told from one that was cut, reordered or rewritten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intact.codec.lists import shorten
from intact.fingerprint.lists import Chain
from intact.measure import compare
from intact.measure.lists import relate
from intact.model.lists import ListDigest
from intact.model.measurement import ListChange, Relation
from tests.intact.fingerprint.reading import read

#: Few different items, so that lists repeat some.
ITEMS = st.lists(st.integers(0, 6), min_size=1, max_size=8)


def listed(items: Sequence[int]) -> ListDigest:
    """The digest of a list of small numbers, each as an item of its own."""
    return Chain((item * 2654435761 + 1) << 32 for item in items).digest(0, True, "")


def on_a_span(items: Sequence[int]) -> ListDigest:
    """The same where there is little room."""
    return shorten((listed(items),))[0]


def by_eye(sent: Sequence[int], received: Sequence[int]) -> Relation:
    """The relation by its definition, trying everything."""
    parts = [
        (start, tuple(sent[start:end]))
        for start in range(len(sent))
        for end in range(start + 1, len(sent) + 1)
    ]
    runs = {
        tuple(received[start:end])
        for start in range(len(received))
        for end in range(start + 1, len(received) + 1)
    }
    kept = (Counter(sent) & Counter(received)).total()
    if list(sent) == list(received):
        return Relation.EQUAL
    if tuple(sent) in runs:
        return Relation.APPENDED
    for start, part in parts:
        last = start + len(part) == len(sent)
        if len(part) == kept and part in runs and (last or kept == len(received)):
            return Relation.WINDOW
    if kept == len(sent) and not _left_in_order(sent, received):
        return Relation.REORDERED
    return Relation.REWRITTEN


def _left_in_order(sent: Sequence[int], received: Sequence[int]) -> bool:
    """Whether the sent items are what is left when others are crossed out."""
    if not sent:
        return True
    if not received:
        return False
    if sent[0] == received[0] and _left_in_order(sent[1:], received[1:]):
        return True
    return _left_in_order(sent, received[1:])


@given(ITEMS, ITEMS)
@settings(max_examples=300)
def test_two_short_lists_are_told_apart_as_by_eye(sent: list[int], received: list[int]) -> None:
    """Any two lists, with items that repeat."""
    relation, kept, _ = relate(listed(sent), listed(received))
    assert relation is by_eye(sent, received)
    assert kept == (Counter(sent) & Counter(received)).total()


@st.composite
def changed(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    """A long list, and what some treatment made of it."""
    size = draw(st.integers(2, 300))
    sent = list(range(size))
    new = list(range(1000, 1000 + draw(st.integers(0, 12))))
    at = draw(st.integers(0, size - 1))
    treatments = [
        sent + new,
        sent[at:] + new,
        new + sent[at:],
        sent[: at + 1],
        [*sent[:at], -1, *sent[at + 1 :]],
        sent[at:] + sent[:at],
        sent[:at] + sent[at + 1 :],
        new or [-1],
    ]
    return sent, draw(st.sampled_from(treatments))


@given(changed())
@settings(max_examples=200)
def test_what_a_span_has_room_for_tells_the_same_or_nothing(
    lists: tuple[list[int], list[int]],
) -> None:
    """With a few ids of each list, an answer is the one that all ids give, or `unknown`."""
    sent, received = lists
    relation, kept, first = relate(on_a_span(sent), on_a_span(received))
    expected, all_kept, place = _by_all(sent, received)
    assert relation in (expected, Relation.UNKNOWN)
    assert kept in (all_kept, None)
    assert first in (place, None)


def _by_all(sent: list[int], received: list[int]) -> tuple[Relation, int | None, int | None]:
    """By all ids, however long the lists."""
    whole = (listed(one)._replace(ids=digests(one)) for one in (sent, received))
    return relate(*whole)


def digests(items: list[int]) -> tuple[int, ...]:
    """The ids of all items."""
    return tuple(listed([item]).ids[0] for item in items)


@pytest.mark.parametrize("size", [5, 12, 40, 100, 800])
def test_the_usual_treatments_are_told_apart_on_a_span(size: int) -> None:
    """However long the conversation, in 64 bytes for each side."""
    sent = list(range(size))
    kept = size // 4
    cases = {
        Relation.EQUAL: sent,
        Relation.APPENDED: [*sent, 1000, 1001],
        Relation.WINDOW: [*sent[-kept:], 1000],
        Relation.REORDERED: sent[::-1],
        Relation.REWRITTEN: [*sent[:2], -1, *sent[3:]],
    }
    for expected, received in cases.items():
        relation, number, first = relate(on_a_span(sent), on_a_span(received))
        assert relation is expected
        if relation is Relation.WINDOW:
            assert (number, first) in [(kept, size - kept), (None, None)]
    cut = relate(on_a_span(sent), on_a_span(sent[-kept:]))
    assert cut[0] is Relation.WINDOW


def test_every_order_of_a_list_is_a_reordered_one() -> None:
    """And loses nothing."""
    state = {"items": ["A-1001", "B-1002", "C-1003"]}
    for order in permutations(state["items"]):
        measured = compare(read(state), read({"items": list(order)}))
        (change,) = measured.lists
        same = list(order) == state["items"]
        assert change.relation is (Relation.EQUAL if same else Relation.REORDERED)
        assert (measured.retention, measured.lost) == (1.0, ())


HISTORY = [
    {"role": ("user", "assistant")[n % 2], "content": f"Message {n} is about order A-10{n:02d}."}
    for n in range(12)
]
NEW = {"role": "user", "content": "Please take over from here."}


def history(sent: object, received: object) -> ListChange | None:
    """What became of the conversation."""
    return compare(read(sent), read(received)).history


def test_a_history_cut_to_its_end_says_how_much_of_it_is_left() -> None:
    """Wherever it stands on either side, and with others behind it."""
    change = ListChange("messages", Relation.WINDOW, sent=12, received=5, kept=4, first=8)
    sent = {"messages": HISTORY, "id": "A-1000"}
    assert history(sent, {"messages": [*HISTORY[-4:], NEW]}) == change
    assert history(sent, {"past": {"turns": [*HISTORY[-4:], NEW]}}) == change
    assert history(sent, [*HISTORY[-4:], NEW]) == change


def test_system_messages_are_no_part_of_a_history() -> None:
    """Each agent has its own, in front of the same conversation."""
    mine = [{"role": "system", "content": "You are the triage agent."}, *HISTORY]
    yours = [{"role": "developer", "content": "You are the billing agent."}, *HISTORY]
    assert history(mine, yours) == ListChange("", Relation.EQUAL, 12, 12, 12)


@pytest.mark.parametrize(
    "received",
    [
        [{**message, "id": n, "name": "bot"} for n, message in enumerate(HISTORY)],
        [{"role": m["role"], "content": [{"type": "text", "text": m["content"]}]} for m in HISTORY],
        [(m["role"], m["content"]) for m in HISTORY],
        [{"role": "user", "content": m["content"]} for m in HISTORY],
    ],
    ids=["ids", "blocks", "pairs", "roles"],
)
def test_a_message_is_the_same_in_any_shape(received: object) -> None:
    """What counts is what it says."""
    change = history(HISTORY, received)
    assert change is not None
    assert change.relation is Relation.EQUAL


def test_a_history_in_a_text_is_unknown_as_a_list() -> None:
    """Its facts are kept."""
    folded = "\n".join(f"{message['role']}: {message['content']}" for message in HISTORY)
    measured = compare(read(HISTORY), read([{"role": "user", "content": folded}]))
    assert measured.history == ListChange("", Relation.REWRITTEN, 12, 1, 0)
    assert measured.lost == ()
    measured = compare(read({"messages": HISTORY}), read({"prompt": folded}))
    assert measured.history == ListChange("messages", Relation.UNKNOWN, 12, None)
    assert measured.lost == ()


def test_without_a_conversation_there_is_no_history() -> None:
    """A list of values is a list; one that only one side has is told by its facts."""
    measured = compare(read({"tags": ["A-1001"], "ids": ["B-1002"]}), read({"tags": ["A-1001"]}))
    assert measured.history is None
    assert measured.lists == (ListChange("tags", Relation.EQUAL, 1, 1, 1),)


def test_a_list_that_moved_is_found_by_its_items() -> None:
    """One at the same path comes first; lists that share nothing are not compared."""
    known = read({"order": {"items": ["A-1001", "B-1002", "C-1003"]}, "tags": ["D-1004"]})
    moved = read({"cart": ["B-1002", "C-1003"], "names": ["E-1005"], "more": ["C-1003"]})
    assert compare(known, moved).lists == (ListChange("order.items", Relation.WINDOW, 3, 2, 2, 1),)
    both = read({"order": {"items": ["F-1006"]}, "cart": ["A-1001", "B-1002", "C-1003"]})
    assert compare(known, both).lists[0].relation is Relation.REWRITTEN


def test_order_never_changes_retention_or_verdict() -> None:
    """Of a conversation turned around as of any list."""
    state: dict[str, Any] = {"messages": HISTORY, "steps": [{"id": "A-1", "n": 1}, {"id": "B-2"}]}
    turned = {key: value[::-1] for key, value in state.items()}
    measured = compare(read(state), read(turned))
    assert measured.retention == 1.0
    assert measured.verdict.value == "intact"
    assert measured.history is not None
    assert {change.relation for change in (measured.history, *measured.lists)} == {
        Relation.REORDERED
    }
