"""Every shape that agents keep state in is read to the same facts."""

from __future__ import annotations

import datetime as dt
import ipaddress
from collections import OrderedDict, UserDict, deque, namedtuple
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from fractions import Fraction
from pathlib import PurePosixPath
from types import MappingProxyType, SimpleNamespace
from typing import NamedTuple, TypedDict
from uuid import UUID

import attrs
import numpy as np
import pydantic
import pytest

from intact.model.facts import Flag, Kind
from intact.model.fingerprint import Fingerprint, Limit
from tests.intact.fingerprint.reading import facts, fresh, kinds, read


@dataclass
class Order:
    id: str
    total: float


@dataclass(frozen=True, slots=True)
class SlottedOrder:
    id: str
    total: float


class NamedOrder(NamedTuple):
    id: str
    total: float


class TypedOrder(TypedDict):
    id: str
    total: float


class ModelOrder(pydantic.BaseModel):
    id: str
    total: float


class OpenModel(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="allow")
    id: str


@attrs.define
class AttrsOrder:
    id: str
    total: float


@attrs.define(slots=False)
class OpenAttrsOrder:
    id: str
    total: float


PLAIN = {"id": "A-1042", "total": 129.9}
ORDERS = [
    Order(**PLAIN),
    SlottedOrder(**PLAIN),
    NamedOrder(**PLAIN),
    TypedOrder(id="A-1042", total=129.9),
    ModelOrder(**PLAIN),
    OpenModel(id="A-1042", total=129.9),
    AttrsOrder(**PLAIN),
    OpenAttrsOrder(**PLAIN),
    OrderedDict(PLAIN),
    UserDict(PLAIN),
    MappingProxyType(PLAIN),
    namedtuple("Bare", ["id", "total"])(**PLAIN),
    pydantic.RootModel[dict[str, object]](PLAIN).root,
]


def same(one: Fingerprint, other: Fingerprint) -> bool:
    """Equal but for the size, which is an estimate where JSON cannot hold the context."""
    parts = ("root", "facts", "words", "bigrams", "limits")
    return all(getattr(one, part) == getattr(other, part) for part in parts)


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: type(order).__name__)
def test_records_are_read_as_the_dict_of_their_fields(order: object) -> None:
    """At the root, under a key, and in a list."""
    assert same(read(order), read(PLAIN))
    assert same(read({"order": order}), read({"order": PLAIN}))
    assert same(read({"orders": [order]}), read({"orders": [PLAIN]}))


class Colour(Enum):
    RED = "dark red"


class Level(IntEnum):
    HIGH = 3000


class Status(StrEnum):
    SENT = "sent by courier"


class Text(str):
    """A string that carries more than text."""


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (Colour.RED, "dark red"),
        (Level.HIGH, 3000),
        (Status.SENT, "sent by courier"),
        (Text("dark red"), "dark red"),
        (UUID(int=7), str(UUID(int=7))),
        (PurePosixPath("/srv/orders/a1"), "/srv/orders/a1"),
        (ipaddress.ip_address("10.0.0.1"), "10.0.0.1"),
        (dt.date(2026, 12, 4), "2026-12-04"),
        (dt.time(18, 15), "18:15:00"),
        (dt.datetime(2026, 12, 4, 18, 15), "2026-12-04T18:15:00"),  # noqa: DTZ001
        (dt.datetime(2026, 12, 4, 18, 15, tzinfo=dt.UTC), "2026-12-04T18:15:00+00:00"),
        (dt.timedelta(hours=2), "7200 s"),
        (
            pydantic.TypeAdapter(pydantic.HttpUrl).validate_python("https://x.org/a"),
            "https://x.org/a",
        ),
        (Decimal("129.90"), 129.9),
        (Fraction(1, 4), 0.25),
        (np.float64(129.9), 129.9),
        (np.int64(1299), 1299),
        (np.float32(0.5), 0.5),
        (np.bool_(True), True),
        (np.str_("dark red"), "dark red"),
        (np.array(1299), 1299),
        (np.array(["a", {"b": 1299}], dtype=object), ["a", {"b": 1299}]),
        (("A-1", "A-2"), ["A-1", "A-2"]),
        (deque(["A-1", "A-2"]), ["A-1", "A-2"]),
        (range(1000, 1003), [1000, 1001, 1002]),
        ({"A-2", "A-1"}, ["A-1", "A-2"]),
        (frozenset({"A-2", "A-1"}), ["A-1", "A-2"]),
        ({"A-1": 0}.keys(), ["A-1"]),
        (1299, 1299.0),
        (True, True),
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_are_read_as_what_json_would_hold(value: object, plain: object) -> None:
    """They have the facts, values and flags of the plain value."""
    assert read({"value": value}).facts == read({"value": plain}).facts
    assert read({"value": plain}).facts != ()


@pytest.mark.parametrize(
    ("key", "written", "name"),
    [
        (1, "1", "*"),
        (2.5, "2.5", "*"),
        (None, "null", "null"),
        (True, "true", "true"),
        (Colour.RED, "dark red", "*"),
        (Status.SENT, "sent by courier", "*"),
        (dt.date(2026, 12, 4), "2026-12-04", "*"),
        (UUID(int=7), str(UUID(int=7)), "*"),
        (("a", 1), "('a', 1)", "*"),
    ],
)
def test_keys_that_are_no_strings_are_read_as_json_writes_them(
    key: object, written: str, name: str
) -> None:
    """And a mapping that has the written key is the same state."""
    assert kinds({key: "A-1042"}) == {name: "id"}
    assert fresh().fingerprint({key: "A-1042"}).facts == read({written: "A-1042"}).facts


def test_an_enum_key_is_not_taken_for_another_context_seen_before() -> None:
    """What a key is called cannot depend on which context was read first."""
    assert read({Colour.RED: "A-1"}).root == read({"dark red": "A-1"}).root
    assert read({Colour.RED: "A-1"}).root != read({"Colour.RED": "A-1"}).root


def test_bytes_and_arrays_are_one_fact_each() -> None:
    """Their shape and type count, their items are not gone through."""
    found = facts({"raw": b"\x00\x01", "grid": np.zeros((2, 3)), "flat": np.zeros(6)})
    assert [fact.kind for fact in found.values()] == [Kind.OPAQUE] * 3
    assert found["grid"].value != found["flat"].value
    assert facts({"grid": np.zeros((2, 3))})["grid"].value == found["grid"].value
    assert facts({"raw": bytearray(b"\x00\x01")})["raw"].value == found["raw"].value


def test_nested_state_is_named_by_its_path() -> None:
    """Keys after dots, lists by brackets; flags say that all of it is state."""
    state = {"order": {"id": "A-1042", "items": [{"sku": "B-7", "gift": True}], "tags": ["urgent"]}}
    found = facts(state)
    assert {name: fact.kind.label for name, fact in found.items()} == {
        "order.id": "id",
        "order.items[].sku": "id",
        "order.items[].gift": "boolean",
        "order.tags[]": "text",
    }
    assert all(fact.flags & Flag.STATE for fact in found.values())
    assert found["order.items[].gift"].flags & Flag.LOW_ENTROPY
    assert found["order.tags[]"].flags & Flag.LOW_ENTROPY


def test_items_of_a_list_at_the_root_are_facts() -> None:
    """Short ones too, and texts as wholes."""
    found = [(fact.name, fact.kind.label) for fact in read(["blue widget", "A-1042"]).facts]
    assert found == [("[]", "text"), ("[]", "id")]


def test_a_list_is_the_same_list_when_its_head_is_cut() -> None:
    """Items are known by content, not by index."""
    whole = {fact[:3] for fact in read({"ids": ["A-1", "A-2", "A-3"]}).facts}
    cut = {fact[:3] for fact in read({"ids": ["A-2", "A-3"]}).facts}
    assert cut < whole
    assert read({"ids": ["A-1", "A-2"]}).root != read({"ids": ["A-2", "A-1"]}).root


def test_an_item_that_stands_twice_is_counted_twice() -> None:
    """One fact, with its number."""
    (fact,) = read({"ids": ["A-1", "A-1"]}).facts
    assert fact.count == 2


@pytest.mark.parametrize("nothing", [None, "", "  \n", float("nan"), float("inf"), [], {}, ()])
def test_what_holds_no_value_is_no_fact(nothing: object) -> None:
    """Nor is it an error."""
    fingerprint = read({"value": nothing})
    assert (fingerprint.facts, fingerprint.limits) == ((), Limit.NONE)


@pytest.mark.parametrize(
    "text", ['{"id": "A-1042", "tags": ["B-7"]}', ' [{"id": "A-1042", "tags": ["B-7"]}]\n']
)
def test_json_in_a_string_is_walked_like_the_state_it_holds(text: str) -> None:
    """Names go on inside it."""
    assert set(kinds({"payload": text}).values()) == {"id"}
    assert any(name.endswith("id") for name in kinds({"payload": text}))


def test_json_lines_in_a_string_are_walked() -> None:
    """One document a line."""
    assert kinds({"log": '{"id": "A-1042"}\n\n{"due": "2026-12-04"}\n'}) == {
        "log.id": "id",
        "log.due": "date",
    }


def test_objects_without_fields_are_opaque() -> None:
    """They are named as a limit, and what stands beside them is read."""
    fingerprint = read({"handle": object(), "space": SimpleNamespace(a="A-1"), "id": "A-1042"})
    assert [fact.name for fact in fingerprint.facts] == ["id"]
    assert fingerprint.limits == Limit.OPAQUE
