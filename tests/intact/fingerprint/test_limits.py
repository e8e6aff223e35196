"""Whatever an agent's context is, reading it ends, raises nothing, and says what it left out."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pydantic
import pytest

from intact.fingerprint import Fingerprinter, Limits
from intact.model.fingerprint import Limit
from tests.intact.fingerprint.reading import KEY, facts, fresh, kinds, read


def nested(depth: int) -> dict[str, Any]:
    """A state nested so deep, with an id at the bottom and one at the top."""
    state: dict[str, Any] = {"id": "A-1042"}
    for _ in range(depth):
        state = {"deeper": state}
    return state | {"top": "B-7"}


def test_a_container_that_holds_itself_is_read_once() -> None:
    """Dicts, lists, and objects."""
    state: dict[str, Any] = {"id": "A-1042"}
    state["self"] = [state]
    assert read(state).limits == Limit.CYCLE
    assert kinds(state) == {"id": "id"}


def test_one_container_in_two_places_is_no_cycle() -> None:
    """It is read in both."""
    order = {"id": "A-1042"}
    assert kinds({"one": order, "two": order}) == {"one.id": "id", "two.id": "id"}
    assert read({"one": order, "two": order}).limits == Limit.NONE


@pytest.mark.parametrize(("depth", "limit"), [(20, Limit.NONE), (40, Limit.DEPTH)])
def test_what_lies_too_deep_is_left_out(depth: int, limit: Limit) -> None:
    """And what does not is read."""
    fingerprint = read(nested(depth))
    assert fingerprint.limits == limit
    assert len(fingerprint.facts) == (1 if limit else 2)


@pytest.mark.parametrize("depth", [500, 100_000])
def test_nesting_deeper_than_the_stack_is_a_limit(depth: int) -> None:
    """JSON inside a string too."""
    assert read(nested(depth)).limits & Limit.DEPTH
    assert not read({"text": '{"a":' * depth + "1" + "}" * depth}).limits & Limit.ERROR


def test_more_leaves_than_are_read_are_left_out() -> None:
    """The first ones are facts; the rest costs nothing."""
    fingerprint = read({"numbers": list(range(1000, 31_000))})
    assert fingerprint.limits == Limit.LEAVES
    assert 19_000 < len(fingerprint.facts) <= 20_000


def test_empty_containers_count_as_well() -> None:
    """A million of them is not gone through."""

    class Endless(list[object]):
        def __iter__(self) -> Iterator[object]:
            while True:
                yield []

    assert read({"empty": Endless([1])}).limits == Limit.LEAVES


def test_text_beyond_the_limit_is_known_as_a_whole_only() -> None:
    """Ten megabytes of it, and what stands beside it is read."""
    text = "A-1042 " * (10 * 1024 * 1024 // 7)
    fingerprint = read({"log": text, "order": "B-7"})
    assert fingerprint.limits == Limit.SIZE
    assert [(fact.name, fact.kind.label) for fact in fingerprint.facts] == [
        ("log", "document"),
        ("order", "id"),
    ]
    assert fingerprint.size >= len(text)
    assert facts({"log": text + "x", "order": "B-7"})["log"].value != fingerprint.facts[0].value


def test_megabytes_of_json_in_a_string_are_bounded_too() -> None:
    """By their number of leaves."""
    text = "[" + ",".join(["[]", "1042"] * 500_000) + "]"
    assert read({"log": text}).limits == Limit.LEAVES


def test_a_generator_is_not_consumed() -> None:
    """The agent needs it."""
    items = (item for item in ["A-1042"])
    assert read({"items": items, "file": iter([])}).limits == Limit.OPAQUE
    assert list(items) == ["A-1042"]


class Raising:
    """An object of which nothing works."""

    def __getattribute__(self, name: str) -> Any:
        raise ValueError(f"secret of {name}")

    def __repr__(self) -> str:
        raise ValueError

    def __iter__(self) -> Iterator[object]:
        raise ValueError


class RaisingMapping(Mapping[str, str]):
    def __getitem__(self, key: str) -> str:
        raise KeyError(key)

    def __len__(self) -> int:
        return 1

    def __iter__(self) -> Iterator[str]:
        raise OSError("the database is gone")


@dataclass
class RaisingField:
    id: str

    def __getattribute__(self, name: str) -> Any:
        if name == "id":
            raise RuntimeError("not loaded")
        return object.__getattribute__(self, name)


class Unprintable:
    def __str__(self) -> str:
        raise ValueError


@pytest.mark.parametrize(
    "make",
    [
        Raising,
        RaisingMapping,
        lambda: RaisingField("A-1"),
        lambda: {Unprintable(): "A-1"},
        lambda: {Raising(): "A-1"},
        lambda: {Raising()},
        lambda: [Raising()],
        lambda: [{"role": Raising(), "content": Raising()}],
        lambda: [{"role": "user", "content": [Raising()]}],
    ],
)
def test_an_object_that_raises_costs_itself_alone(make: Callable[[], object]) -> None:
    """What stands before and behind it is read, and the limit tells."""
    fingerprint = read({"a": "A-1042", "broken": make(), "z": "B-7"})
    assert (fingerprint.facts[0].name, fingerprint.facts[-1].name) == ("a", "z")
    assert fingerprint.limits & (Limit.ERROR | Limit.OPAQUE)


def test_endless_recursion_of_the_users_own_is_an_error_not_a_mutation() -> None:
    """It is not tried again."""

    class Endless:
        calls = 0

        @property
        def __dict__(self) -> dict[str, object]:  # type: ignore[override]
            Endless.calls += 1
            return self.__dict__

    assert read([Endless()]).limits & (Limit.ERROR | Limit.OPAQUE)


def test_a_context_that_another_thread_changes_is_read_or_marked() -> None:
    """Never raised: what could not be read at rest says so."""
    state: dict[str, Any] = {f"key{n}": f"A-{n}" for n in range(300)}
    stop = threading.Event()

    def change() -> None:
        n = 0
        while not stop.is_set():
            state[f"more{n % 500}"] = {"id": f"B-{n}"}
            state.pop(f"more{(n * 7) % 500}", None)
            n += 1

    thread = threading.Thread(target=change)
    thread.start()
    try:
        found = [fresh().fingerprint(state) for _ in range(6)]
    finally:
        stop.set()
        thread.join()
    for fingerprint in found:
        assert not fingerprint.limits & Limit.ERROR
        if not fingerprint.limits & Limit.MUTATED:
            assert {fact.name for fact in fingerprint.facts} >= {f"key{n}" for n in range(300)}


def test_a_container_that_always_changes_is_marked_as_such() -> None:
    """After a few tries."""

    class Changing(dict[str, str]):
        tries = 0

        def items(self) -> Any:
            Changing.tries += 1
            raise RuntimeError("dictionary changed size during iteration")

    fingerprint = read({"a": "A-1042", "b": Changing(x="1")})
    assert fingerprint.limits & Limit.MUTATED
    assert 1 < Changing.tries < 10


@pytest.mark.parametrize(
    "value",
    [
        10**5000,
        -(10**5000),
        2**63,
        Decimal("1E+999999999"),
        Decimal("-1E-999999999"),
        Decimal("1E+1000001"),
        Decimal(10) ** 70,
        1e308,
        5e-324,
        np.float64(1e308),
        True,
    ],
    ids=lambda value: type(value).__name__,
)
def test_numbers_of_any_size_are_facts(value: object) -> None:
    """However large or small."""
    fingerprint = read({"value": value})
    assert [fact.name for fact in fingerprint.facts] == ["value"]
    assert fingerprint.limits == Limit.NONE


def test_huge_numbers_that_differ_are_different() -> None:
    """To the last digit."""
    values = [10**5000, 10**5000 + 1, -(10**5000), Decimal("1E+999999"), Decimal("1E+999998")]
    assert len({facts({"n": value})["n"].value for value in values}) == len(values)


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("sNaN"), Decimal("-Infinity")])
def test_decimals_that_are_no_numbers_are_no_facts(value: Decimal) -> None:
    """Like the floats that are none."""
    fingerprint = read({"value": value, "id": "A-1042"})
    assert ([fact.name for fact in fingerprint.facts], fingerprint.limits) == (["id"], Limit.NONE)


@pytest.mark.parametrize(
    "text",
    [
        "\ud800 lone",
        "\u202eevil\u202c",
        "שלום עולם",
        "مرحبا بالعالم",
        "注文番号は東京",
        "한국어 문장",
        "👩‍👩‍👧‍👦",
        "\x00\x01",
        "e\u0301te\u0301",
        "Ｆｕｌｌ１２３４",
    ],
    ids=ascii,
)
def test_text_of_any_script_is_a_fact(text: str) -> None:
    """Under a key, in a list, in a message, and as a key."""
    assert len(read({"value": text}).facts) == 1
    assert read({"value": text}).limits == Limit.NONE
    assert read([{"role": "user", "content": text}]).limits == Limit.NONE
    assert list(kinds({text: "A-1042"})) == ["*"]


def test_text_that_is_composed_otherwise_is_the_same_text() -> None:
    """Compatibility forms are folded, runs of CJK are found in longer ones."""
    assert (
        facts({"t": "été à Paris"})["t"].value == facts({"t": "e\u0301te\u0301 à Paris"})["t"].value
    )
    assert facts({"t": "Ｆｕｌｌ１２３４"})["t"].value == facts({"t": "full1234"})["t"].value
    words = read("注文番号は東京都にあります").words.tokens
    assert read("東京都").words.tokens & words


def test_types_that_look_like_models_are_read_as_nothing() -> None:
    """A class is no instance of itself."""
    assert read({"type": pydantic.BaseModel, "int": int}).facts == ()


def test_limits_are_the_callers() -> None:
    """Smaller ones cut earlier."""
    fingerprinter = Fingerprinter(KEY, Limits(depth=2, leaves=4, characters=10))
    state = {"a": {"b": {"c": {"d": "A-1"}}}, "x": "some text that is longer", "y": 1, "z": 2}
    assert fingerprinter.fingerprint(state).limits == Limit.DEPTH | Limit.SIZE | Limit.LEAVES


def test_nothing_of_the_context_is_held_afterwards() -> None:
    """Not the containers, not the objects, and of a string's subclass the text alone."""

    class State(dict[str, Any]):
        pass

    class Word(str):
        pass

    state, word = State(id="A-1042"), Word("a text of the user")
    state["word"] = word
    state[Word("key")] = [State(a=1)]
    watched = [weakref.ref(state), weakref.ref(state[Word("key")][0]), weakref.ref(word)]
    fingerprinter = fresh()
    fingerprinter.fingerprint(state)
    del state, word
    gc.collect()
    assert [ref() for ref in watched] == [None, None, None]
