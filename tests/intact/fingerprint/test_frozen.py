"""What was frozen has the fingerprint of what it was; what would not have it is refused."""

from __future__ import annotations

import datetime as dt
from collections import deque, namedtuple
from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intact.fingerprint import freeze, thaw
from intact.model.fingerprint import Fingerprint
from tests.intact.fingerprint.conversations import SHAPES
from tests.intact.fingerprint.reading import read
from tests.intact.fingerprint.test_shapes import ORDERS, Colour, Level, Status, Text

WORDS = st.sampled_from(
    ["user", "role", "content", "type", "text", "A-1042", "129.90 EUR", "4 Dec"]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | WORDS
KEYS = WORDS | st.text(max_size=4) | st.integers(0, 3)
CONTEXTS = st.recursive(
    LEAVES | st.dates() | st.uuids() | st.sampled_from([Colour.RED, Level.HIGH, Status.SENT]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(KEYS, inner, max_size=4)
        | st.builds(deque, st.lists(inner, max_size=3))
        | st.builds(SimpleNamespace, role=WORDS, content=inner)
        | st.sets(st.text(max_size=3) | st.tuples(WORDS, WORDS), max_size=3)
    ),
    max_leaves=12,
)


def same(one: Fingerprint, other: Fingerprint) -> bool:
    """Equal but for the size: JSON without the names of private fields is shorter."""
    parts = ("root", "facts", "fact_total", "words", "bigrams", "absent", "limits")
    return all(getattr(one, part) == getattr(other, part) for part in parts)


def refused_or_same(context: object) -> bool:
    """What has to hold of whatever is frozen; True when it was not refused."""
    frozen = freeze(context)
    if frozen is None:
        return False
    assert same(read(thaw(frozen), "order.id"), read(context, "order.id"))
    return True


@given(CONTEXTS)
def test_any_context_is_refused_or_has_the_same_fingerprint(context: object) -> None:
    """Whatever it is made of, and however its lists resemble messages."""
    refused_or_same(context)
    refused_or_same([context, context])


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: type(order).__name__)
def test_every_record_is_refused_or_has_the_same_fingerprint(order: object) -> None:
    """At the root, under a key, and in a list."""
    for context in (order, {"order": order}, [order], {"messages": [order, order]}):
        refused_or_same(context)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_messages_is_refused_or_has_the_same_fingerprint(shape: str) -> None:
    """Objects and dumps of all frameworks, alone and in a state."""
    refused_or_same(SHAPES[shape])
    refused_or_same({"order": {"id": "A-1042"}, "messages": SHAPES[shape]})


@dataclass
class Case:
    id: str
    seats: tuple[int, ...]
    due: dt.date


@pytest.mark.parametrize(
    "context",
    [
        {"order": {"id": "A-1042", "total": 129.9, "open": True, "note": None}, "seats": (1, 2)},
        [{"role": "user", "content": "Where is A-1042?"}, ("user", "It is late.")],
        Case("A-1042", (1, 2), dt.date(2026, 12, 4)),
        {"level": Level.HIGH, "status": Status.SENT, "text": Text("dark red"), "id": UUID(int=7)},
        {"tags": {"urgent", "paid"}, "last": deque([1, 2]), "mean": np.float64(0.5)},
        "It arrived broken.",
        float("nan"),
        None,
    ],
    ids=lambda context: type(context).__name__,
)
def test_what_agents_hold_in_the_main_can_be_frozen(context: object) -> None:
    """States, messages, records of plain classes."""
    assert refused_or_same(context)


class Message:
    """A message by what its class says, which its fields do not."""

    type = "human"

    def __init__(self) -> None:
        self.content = "Where is A-1042?"


CYCLE: list[object] = []
CYCLE.append(CYCLE)


@pytest.mark.parametrize(
    "context",
    [
        b"GIF89a",
        Decimal("129.90"),
        np.zeros(3),
        object(),
        {1: "one"},
        {"number": 1 << 70},
        {"text": "\ud800"},
        [Message()],
        namedtuple("Pair", ["role", "content"])("user", "Where is A-1042?"),
        deque([{"role": "user", "content": "Where is A-1042?"}]),
        CYCLE,
        (item for item in "abc"),
    ],
    ids=lambda context: type(context).__name__,
)
def test_what_json_would_change_is_refused(context: object) -> None:
    """At the root and anywhere below."""
    assert freeze(context) is None
    assert freeze({"state": [context]}) is None


def test_changing_the_context_does_not_change_what_was_frozen() -> None:
    """That is what it is for."""
    state = {"order": {"id": "A-1042"}, "items": ["B-7"]}
    before, frozen = read(state), freeze(state)
    state["order"]["id"] = "Z-9"  # type: ignore[call-overload, index]
    state["items"].clear()  # type: ignore[attr-defined]
    assert frozen is not None
    assert same(read(thaw(frozen)), before)
