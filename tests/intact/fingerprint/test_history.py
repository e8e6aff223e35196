"""A conversation that was read before is gone on with, and its fingerprint shows none of that."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intact.fingerprint import Fingerprinter, Limits
from intact.fingerprint.digest import BLOCK, blocks_of, digest_of, still
from intact.fingerprint.memory import Memory
from intact.model.fingerprint import Limit
from tests.intact.fingerprint.reading import KEY, fresh


def message(at: int) -> Any:
    """One of many kinds of items of a conversation; every fourth says what another one said."""
    rng = random.Random(at)
    number = rng.randrange(40)
    kinds = [
        {"role": "user", "content": f"Refund ${number}.50 for A-{number}00, not before 4 May. Hi!"},
        {"role": "assistant", "content": f"Today is 2026-12-0{number % 9 + 1}. See you tomorrow."},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {"id": f"c{number}", "function": {"name": f"look{number % 3}", "arguments": "{}"}}
            ],
        },
        {"role": "tool", "tool_call_id": f"c{number}", "content": f'{{"id": "B-{number}77"}}'},
        {"role": "tool", "tool_call_id": f"c{number}", "content": f"It costs {number}99 EUR."},
        {"role": "system", "content": "Never promise more than $500."},
        {"type": "reasoning", "summary": []},
        {"role": "user", "content": " "},
        {"role": "user", "content": [{"type": "text", "text": f"Order C-{number}42 is late."}] * 2},
    ]
    return kinds[rng.randrange(len(kinds))]


SEED = 7
OTHER = {"sku": "D-1042", "text": "Send the parcel to the old town by 4 May."}
SHAPES = {
    "alone": lambda messages: messages,
    "in a state": lambda messages: {
        "customer": {"note": "Today is 2026-12-01. Call me tomorrow about A-700 and $7.50."},
        "messages": messages,
        "order": "A-300",
    },
    "deep": lambda messages: {"chat": {"messages": messages}, "id": "A-100"},
    "twice": lambda messages: {"messages": messages, "again": messages[: BLOCK * 3]},
    "with others": lambda messages: {"messages": [*messages[:40], OTHER, *messages[40:]]},
    "in a list": lambda messages: [{"messages": messages}, {"messages": messages[:40]}],
}
WANTED = st.fixed_dictionaries({"must_keep": st.sampled_from([(), ("order",), ("messages",)])})
LIMITS = st.sampled_from([Limits(), Limits(leaves=70), Limits(characters=1_500)])


@given(
    st.sampled_from(sorted(SHAPES)),
    st.lists(st.tuples(st.integers(1, 90), WANTED), min_size=2, max_size=5),
    LIMITS,
    st.sampled_from([(), ("id",), ("customer.note", "sku")]),
    st.integers(0, 1_000),
)
@settings(max_examples=60)
def test_a_history_that_was_read_changes_no_fingerprint(
    shape: str, asked: list[tuple[int, Any]], limits: Limits, redact: tuple[str, ...], seed: int
) -> None:
    """Conversations of many lengths, in any order, by one fingerprinter and each by a new one."""
    warm = Fingerprinter(KEY, limits, redact=redact)
    for length, wanted in (*asked, *((length + 1, wanted) for length, wanted in asked)):
        context = SHAPES[shape]([message(seed + at) for at in range(length)])
        cold = Fingerprinter(KEY, limits, redact=redact).fingerprint(context, **wanted)
        assert warm.fingerprint(context, **wanted) == cold


@pytest.mark.parametrize("shape", ["alone", "in a state", "deep"])
def test_a_history_is_read_once(shape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one more message, only what follows its last whole block is read again."""
    fingerprinter = fresh()
    messages = [message(at) for at in range(BLOCK * 6)]
    for last in (5, 6):  # what comes twice is worth remembering
        fingerprinter.fingerprint(SHAPES[shape]([*messages, message(last)]))
    read: list[int] = []
    walk = import_module("intact.fingerprint.walk")
    monkeypatch.setattr(walk, "messages_of", lambda items, names: read.append(len(items)) or [])
    fingerprinter.fingerprint(SHAPES[shape]([*messages, message(7)]))
    assert sum(read) == 1


def test_threads_grow_one_conversation() -> None:
    """Each gets what it would have got alone."""
    messages = [message(at) for at in range(120)]
    contexts = [SHAPES["in a state"](messages[:length]) for length in range(20, 120, 5)]
    alone = [fresh().fingerprint(context) for context in contexts]
    shared = fresh()
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(shared.fingerprint, contexts)) == alone


def test_a_changed_beginning_is_no_known_one() -> None:
    """One word in an early message, and all of it is read anew."""
    messages = [message(at) for at in range(60)]
    changed = [{"role": "user", "content": "Refund A-999 instead."}, *messages[1:]]
    warm = fresh()
    first = warm.fingerprint(messages)
    assert warm.fingerprint(changed) == fresh().fingerprint(changed) != first


def test_what_changes_while_it_is_read_is_not_remembered() -> None:
    """The digests were taken before the change."""
    messages: list[object] = [message(at) for at in range(40)]
    blocks = blocks_of(messages, SEED)
    assert blocks is not None
    assert still(blocks.chain, messages, 1, SEED)
    messages[20] = {"role": "user", "content": "changed"}
    assert not still(blocks.chain, messages, 1, SEED)
    assert still(blocks.chain[:1], messages, 0, SEED)


@given(st.lists(st.integers() | st.text(max_size=3), max_size=70), st.booleans())
def test_a_digest_knows_the_size_of_its_context(items: list[object], more: bool) -> None:
    """As compact JSON, whether lists are told by blocks or not."""
    for context in (
        items,
        {"items": items},
        {"a": 1, "items": items, "ü": items[:5]} if more else {},
    ):
        digest = digest_of(context, SEED)
        try:
            size = len(orjson.dumps(context))
        except orjson.JSONEncodeError:
            assert digest is None
        else:
            assert digest is not None
            assert digest.size == size


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 60)), max_size=60))
def test_a_memory_never_holds_more_than_it_has_room_for(asked: list[tuple[int, int]]) -> None:
    """And what it returns is what was put."""
    memory = Memory[int, tuple[int, int]](room=100)
    for key, size in asked:
        memory.put(key, (key, size), size)
        held = [entry for half in (memory._new, memory._old) for entry in half.values()]
        assert sum(size for _, size in held) <= 100
        assert all((memory.get(key) or (key,))[0] == key for key in range(10))


def test_equal_bytes_with_other_facts_are_told_apart() -> None:
    """An array is no list of numbers, although it may be written like one."""
    numpy = pytest.importorskip("numpy")
    warm = fresh()
    plain = warm.fingerprint({"a": [1042, 7]})
    array = warm.fingerprint({"a": numpy.array([1042, 7])})
    assert array == fresh().fingerprint({"a": numpy.array([1042, 7])}) != plain
    assert not array.limits & Limit.ERROR
