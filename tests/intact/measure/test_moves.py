"""What a context says survives any move of it: other keys, other order, other boundaries."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intact.fingerprint import Aliases
from intact.measure import compare
from intact.model.facts import Outcome
from intact.model.measurement import Measurement
from tests.intact.fingerprint.reading import fresh, read
from tests.strategies import KEYS, SENTENCES, TELLING, conversations, leaves, shuffled, states

#: Values that a text says by a token of their own. Of phrases it says the words.
TYPED = [value for value in TELLING if " " not in str(value)]
CHANCE = st.integers(0, 2**32).map(Random)


def moved(known: Any, received: Any) -> Measurement:
    """What became of a context."""
    return compare(read(known), read(received))


def whole(measured: Measurement) -> bool:
    """Whether nothing was lost, of whatever there was."""
    return measured.lost == () and measured.retention in (None, 1.0)


@given(states(), CHANCE)
@settings(max_examples=60)
def test_order_of_keys_and_items_means_nothing(state: dict[str, Any], chance: Random) -> None:
    """On either side."""
    other = shuffled(state, chance)
    assert whole(moved(state, other))
    assert whole(moved(other, state))
    less = dict(list(state.items())[::2])
    assert moved(state, less).retention == moved(other, shuffled(less, chance)).retention


@given(states())
@settings(max_examples=60)
def test_values_that_tell_something_survive_any_keys(state: dict[str, Any]) -> None:
    """Renamed, nested deeper, flattened, merged into one list, in a string of JSON."""
    telling = {key: value for key, value in state.items() if not key.startswith("is_")}
    for received in (
        {f"other{n}": value for n, value in enumerate(telling.values())},
        {"deep": {"deeper": [telling]}},
        {"all": leaves(telling)},
        {f"one{n}": leaf for n, leaf in enumerate(leaves(telling))},
        {"payload": json.dumps(telling)},
    ):
        assert whole(moved(telling, received))


@given(states())
@settings(max_examples=60)
def test_what_is_renamed_by_aliases_is_the_same_context(state: dict[str, Any]) -> None:
    """Flags and small numbers too, however deep."""
    names = {**{key: f"renamed{n}" for n, key in enumerate(KEYS)}}
    names |= {f"is_{key}": f"was{n}" for n, key in enumerate(KEYS)}

    def renamed(value: Any) -> Any:
        if isinstance(value, dict):
            return {names[key]: renamed(one) for key, one in value.items()}
        return [renamed(one) for one in value] if isinstance(value, list) else value

    aliases = Aliases(names)
    known = fresh().fingerprint(state, aliases=aliases)
    received = fresh().fingerprint(renamed(state), aliases=aliases)
    assert {fact[:6] for fact in known.facts} == {fact[:6] for fact in received.facts}
    assert whole(compare(known, received))


LINES: list[Callable[[str, Any], str]] = [
    lambda key, value: f"{key}: {value}",
    lambda key, value: f"- **{key.replace('_', ' ')}**: {value}",
    lambda key, value: f"The {key.replace('_', ' ')} is {value}.",
    lambda key, value: f'"{key}": {json.dumps(value)},',
    lambda key, value: f"{key}={value!r}",
]


@given(states(), st.sampled_from(LINES))
@settings(max_examples=60)
def test_a_state_survives_in_a_prompt(
    state: dict[str, Any], line: Callable[[str, Any], str]
) -> None:
    """As one text, and as messages of a line each."""
    flat = {key: value for key, value in state.items() if not isinstance(value, (dict, list))}
    lines = [line(key, value) for key, value in flat.items()]
    assert whole(moved(flat, "Here is what we know.\n" + "\n".join(lines)))
    assert whole(moved(flat, [{"role": "user", "content": one} for one in lines]))


@given(conversations())
@settings(max_examples=60)
def test_boundaries_of_messages_mean_nothing(conversation: list[dict[str, str]]) -> None:
    """Folded into one text, one message, messages of a role, or taken apart."""
    texts = [message["content"] for message in conversation]
    for received in (
        "\n".join(texts),
        " ".join(texts),
        {"summary": "\n\n".join(f"{m['role'].upper()}: {m['content']}" for m in conversation)},
        [{"role": "user", "content": " ".join(texts)}],
        [{"role": "user", "content": json.dumps(conversation)}],
        [{"role": "assistant", "content": texts[0]}, {"role": "user", "content": " ".join(texts)}],
        {"state": {"messages": conversation[::-1]}},
    ):
        for known in (conversation, {"messages": conversation}, " ".join(texts)):
            assert moved(known, received).lost == ()


@given(states(), states(), st.lists(st.sampled_from(SENTENCES), max_size=4), CHANCE)
@settings(max_examples=80)
def test_hearing_more_never_lowers_retention(
    known: dict[str, Any], more: dict[str, Any], said: list[str], chance: Random
) -> None:
    """Whatever arrived, more beside it, in its lists or in text changes nothing for the worse."""
    received = dict(chance.sample(list(known.items()), len(known) // 2))
    before = moved(known, received)
    extra = {f"extra_{key}": value for key, value in more.items()}
    longer = {
        key: [*value, *leaves(more)[:2]] if isinstance(value, list) else value
        for key, value in received.items()
    }
    for after in (
        {**extra, **received},
        {**received, "said": " ".join(said)},
        [received, more, *said],
        [received, {"role": "user", "content": " ".join(said)}],
        longer,
    ):
        assert (moved(known, after).retention or 0.0) >= (before.retention or 0.0) - 1e-12


@given(states().filter(leaves), CHANCE)
@settings(max_examples=80)
def test_losing_a_fact_never_raises_retention(known: dict[str, Any], chance: Random) -> None:
    """Leaf by leaf, until nothing is left."""
    received: Any = known
    last = 1.0
    while received is not None:
        received = without(received, chance)
        retention = moved(known, received).retention or 0.0
        assert retention <= last + 1e-12
        last = retention
    assert last == 0.0


def without(value: Any, chance: Random) -> Any:
    """A context that lost one of its leaves, and what became empty by that; None for nothing."""
    if not isinstance(value, (dict, list)):
        return None
    items = list(value.items() if isinstance(value, dict) else enumerate(value))
    at = chance.randrange(len(items))
    rest = without(items[at][1], chance)
    items[at : at + 1] = [] if rest is None else [(items[at][0], rest)]
    if not items:
        return None
    return dict(items) if isinstance(value, dict) else [item for _, item in items]


@given(st.sampled_from(TYPED), st.integers(1, 6), st.integers(0, 8))
@settings(max_examples=60)
def test_a_value_stands_for_one_fact_of_a_state(value: object, known: int, received: int) -> None:
    """Of the copies of a value as many are kept as arrived; a text speaks for all."""
    sent = {f"key{n}": value for n in range(known)}
    there = {f"other{n}": value for n in range(received)}
    measured = moved(sent, there)
    assert measured.facts[Outcome.DROPPED] == max(0, known - received)
    said = moved(sent, {**there, "text": f"So it is {value}, as was said before by everybody."})
    assert whole(said)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_of_a_list_with_a_value_several_times_none_is_missed(count: int) -> None:
    """Lists count a value once, however often they hold it."""
    known, received = {"ids": ["ORD-1000"] * 3}, {"ids": ["ORD-1000"] * count}
    assert whole(moved(known, received))
    change = moved(known, received).lists[0]
    assert (change.sent, change.received, change.kept) == (3, count, count)
