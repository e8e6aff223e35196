"""The digest of a list is what its page says, item by item."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from intact.fingerprint.lists import MOST_IDS, Chain
from intact.model.lists import BASE, EMPTY, PRIME, marks
from tests.intact.fingerprint.reading import read

DIGESTS = st.lists(st.integers(0, 2**64 - 1), max_size=40)


LONG = st.integers(0, 1100).map(lambda size: [n * 0x9E3779B97F4A7C15 % 2**64 for n in range(size)])


@given(DIGESTS | LONG, st.integers(0, 40))
def test_chains_and_total_are_those_of_the_items_one_by_one(items: list[int], part: int) -> None:
    """At every mark, and taken back from the end; also when it was gone on with."""
    chains = [EMPTY]
    for item in items:
        chains.append((chains[-1] * BASE + (item >> 40)) % PRIME)
    begun = Chain(items[:part])
    going_on = begun.copy()
    for item in items[part:]:
        going_on.add(item)
    made = going_on.digest(7 << 32, True, "x")
    assert made == Chain(items).digest(7 << 32, True, "x")
    assert begun.digest(0, True, "") == Chain(items[:part]).digest(0, True, "")
    assert (made.path, made.length, made.messages, made.name) == (7, len(items), True, "x")
    assert made.chain == tuple(chains[mark] for mark in marks(len(items)))
    assert made.ids == tuple((item >> 40) % PRIME for item in items[-MOST_IDS:])
    assert made.total == sum(item >> 40 for item in items) % PRIME
    assert made.complete == (len(items) <= MOST_IDS)
    known = made.chains()
    assert all(known[at] == chains[at] for at in known)
    assert set(range(max(0, len(items) - MOST_IDS), len(items) + 1)) <= set(known)


def test_an_item_is_what_it_holds_wherever_it_stands() -> None:
    """In another list, at another place, under another key, in another shape of the same."""
    (items,) = read({"items": [{"a": "A-1", "b": [1, 2]}, "B-2", 7]}).lists
    (again,) = read({"deep": {"other": ("B-2", '{"b": [1, 2.0], "a": "A-1"}')}}).lists
    assert again.ids == (items.ids[1], items.ids[0])
    (changed,) = read({"items": [{"a": "A-1", "b": [2, 1]}]}).lists
    assert changed.ids[0] not in items.ids


def test_only_lists_that_stand_in_no_other_are_told() -> None:
    """Conversations first, then by length; empty ones are none; of many the longest."""
    context = {
        "a": [[1, 2, 3], [4, 5]],
        "b": [{"c": [1, 2, 3, 4]}],
        "chat": [{"role": "user", "content": "Hello there, old friend of mine."}],
        "none": [],
        **{f"long{n}": list(range(n + 3)) for n in range(10)},
    }
    lists = read(context).lists
    assert [one.name for one in lists] == ["chat", *(f"long{n}" for n in range(9, 2, -1))]
    assert [one.messages for one in lists] == [True] + [False] * 7
    assert read({"a": [[1, 2, 3], [4, 5]], "none": []}).lists[0].length == 2
    assert len(read({"a": [[1, 2, 3], [4, 5]], "none": []}).lists) == 1


def test_a_list_that_was_not_read_to_its_end_is_not_told() -> None:
    """Half a list would look like a cut one."""
    assert read({"a": ["B-2"], "z": list(range(30_000))}).lists[0].length == 1


def test_names_of_lists_show_when_names_of_facts_do() -> None:
    """A list that holds declared facts is declared."""
    context = {"ids": ["A-1", "B-2"], "tags": ["C-3"], "größe": [1, 2]}
    assert [one.name for one in read(context).lists] == ["*", "ids", "tags"]
    assert [one.name for one in read(context, "ids", names=False).lists] == ["", "ids", ""]


def test_a_message_is_the_same_wherever_its_conversation_stands() -> None:
    """Also where it holds a state: results of tools, arguments of calls."""
    call = {"name": "lookup", "arguments": '{"order_id": "A-1042"}'}
    chat = [
        {"role": "user", "content": "Where is my order, please? It is late."},
        {"role": "assistant", "content": None, "tool_calls": [{"id": "c", "function": call}]},
        {"role": "tool", "tool_call_id": "c", "content": '{"id": "A-1042", "at": ["B-7"]}'},
        {"role": "tool", "content": {"open": True}},
    ]
    (first,) = read(chat).lists
    (second,) = read({"state": {"messages": [chat[3], *chat[:3], *chat]}}).lists
    assert second.ids[:1] == first.ids[3:]
    assert second.ids[4:] == first.ids
    assert len(set(first.ids)) == 4
