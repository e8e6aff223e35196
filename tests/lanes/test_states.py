"""Any state that a program can hold is fingerprinted, sent and measured, and raises nothing."""

from __future__ import annotations

import datetime as dt
import json
import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intact.codec.attributes import MAX_FINGERPRINT_BYTES
from intact.codec.disclose import Names, Rule, disclose
from intact.codec.wire import decode, encode
from intact.fingerprint import Fingerprinter, freeze, thaw
from intact.measure import compare, union
from intact.model.fingerprint import Fingerprint, Limit, Sketch
from tests.intact.fingerprint.reading import KEY, fresh
from tests.strategies import fingerprints

pytestmark = [pytest.mark.lane, pytest.mark.timeout(900)]

#: `INTACT_FUZZ_EXAMPLES` of each kind; what fails prints how to repeat it.
FUZZ = settings(
    settings.get_profile("intact"), max_examples=int(os.environ.get("INTACT_FUZZ_EXAMPLES", "300"))
)

SHARED = fresh()
#: What is read in this process and left out all the same, with the limit that says so.
LEFT_OUT = Limit.DEPTH | Limit.LEAVES | Limit.SIZE | Limit.CYCLE | Limit.OPAQUE

#: Pieces of text that readers of values look at: scripts, escapes, and what almost is a value.
PIECES = st.sampled_from(
    [
        "A-1042", "$1,299.00", "1.299,00 €", "€5", "6:15 pm", "quarter past 6", "tomorrow",
        "4 December 2026", "2026-12-04T18:15:00+01:00", "dana@example.org", "+1 (555) 123-4567",
        "https://example.org/a?b=c#d", "12.5 %", "500 mg", "never", "not", "order: open", "is",
        "一二三東京都", "明日の午後六時", "서울", "שלום עולם", "\u202eabc\u202c", "مرحبا ١٢٣",
        "١٢٬٣٤٥",
        "\U0001f469\u200d\U0001f467\u200d\U0001f466", "\U0001f3f3\ufe0f\u200d\U0001f308",
        "e\u0301", "\u0301\u0316", "\ud800", "\udc00", "\ufeff", "\u0000", "\u2028",
        "ﬁ", "ﷺ", "İ", "ß", "½", "²", "Ⅻ", "1e400", "-0", "0x1F", "NaN", "1_000", "\\u00e9",
        "\\n",
        '{"a": 1}', "[1, 2", '"', "'", "|", "**", "\t", "\r\n", ".", ",", ":", "-", "=",
    ]
)  # fmt: skip
TEXTS = (
    st.lists(PIECES | st.text(max_size=8), max_size=12).map(" ".join)
    | st.lists(PIECES, max_size=12).map("".join)
    | st.text()
)
NUMBERS = (
    st.integers()
    | st.integers(min_value=-(10**400), max_value=10**400)
    | st.floats()
    | st.decimals()
    | st.sampled_from([-(1 << 64), float("nan"), float("inf"), Decimal("sNaN")])
    | st.integers(4_000, 5_000).map(lambda digits: 10**digits)  # more than Python will print
)
LEAVES = (
    st.none()
    | st.booleans()
    | NUMBERS
    | TEXTS
    | st.binary(max_size=40)
    | st.datetimes(timezones=st.none() | st.just(dt.UTC))
    | st.timedeltas()
    | st.uuids()
)
KEYS = TEXTS | st.sampled_from(["id", "role", "content", "type", "name", "today", "tool_calls"])


def _containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    anything = KEYS | st.integers() | st.none() | st.booleans() | st.tuples(st.integers())
    return (
        st.lists(inner, max_size=6)
        | st.dictionaries(KEYS, inner, max_size=6)
        | st.dictionaries(anything, inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(KEYS, inner, max_size=4).map(_as_json)
        | st.fixed_dictionaries({"role": KEYS, "content": inner})
        | st.frozensets(st.integers() | TEXTS, max_size=4)
    )


def _as_json(value: dict[str, Any]) -> str:
    try:
        return json.dumps(value, default=lambda other: type(other).__name__)
    except (ValueError, TypeError):  # a number that Python does not print, a key that is none
        return '{"a": [1, '


STATES = st.recursive(LEAVES, _containers, max_leaves=25)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=25,
)


def exercise(found: Fingerprint) -> None:
    """Everything that happens to a fingerprint until it is a number."""
    data = encode(found)
    assert len(data) <= MAX_FINGERPRINT_BYTES
    sent = decode(data)
    for rule in (Rule(), Rule(Names.NONE), Rule(strict=True)):
        told = disclose(found, rule)
        assert len(encode(told)) <= MAX_FINGERPRINT_BYTES
        for known, received in ((found, told), (sent, told), (told, sent)):
            in_range(known, received)


def in_range(known: Fingerprint, received: Fingerprint) -> None:
    """Shares are shares, and stand inside their intervals."""
    measured = compare(known, received)
    for share in (measured.retention, measured.named_retention, measured.prose_retention):
        assert share is None or 0.0 <= share <= 1.0
    if measured.interval is not None and measured.retention is not None:
        assert 0.0 <= measured.interval.low <= measured.retention <= measured.interval.high <= 1.0


@FUZZ
@given(STATES)
def test_any_state_is_fingerprinted(state: object) -> None:
    """The same by a fingerprinter that has seen much and by one that has seen nothing."""
    found = SHARED.fingerprint(state)
    assert found == fresh().fingerprint(state)
    exercise(found)


@FUZZ
@given(PLAIN)
def test_plain_states_are_read_without_an_error(state: object) -> None:
    """And hold what they hold: compared with themselves, nothing is lost."""
    found = SHARED.fingerprint(state)
    assert not found.limits & ~LEFT_OUT
    measured = compare(found, found)
    assert not measured.lost
    assert measured.retention in (None, 1.0)


@FUZZ
@given(PLAIN)
def test_a_frozen_state_is_the_state(state: object) -> None:
    """What is fingerprinted later is what would have been fingerprinted now."""
    frozen = freeze(state)
    if frozen is not None:
        assert SHARED.fingerprint(thaw(frozen)).root == SHARED.fingerprint(state).root


@FUZZ
@given(STATES, st.lists(st.sampled_from(["id", "content", "[]", "role[]", "a.b"]), max_size=3))
def test_what_is_redacted_changes_nothing_but_a_bit(state: object, redact: list[str]) -> None:
    """Whatever stands there."""
    found = Fingerprinter(KEY, redact=redact).fingerprint(state)
    if not found.limits & Limit.REDACTED:
        assert found == fresh().fingerprint(state)
    exercise(found)


def crowded(found: Fingerprint) -> Fingerprint:
    """The same with hashes so few that two fingerprints have some in common."""

    def few(sketch: Sketch) -> Sketch:
        tokens = frozenset(token % 9 for token in sketch.tokens)
        return replace(sketch, tokens=frozenset(t for t in tokens if t < sketch.threshold))

    facts = tuple(
        fact._replace(
            value=(fact.value % 5) << 8,
            exact=fact.exact % 3,
            path=fact.path % 4,
            tokens=tuple(token % 9 for token in fact.tokens),
        )
        for fact in found.facts
    )
    return replace(found, facts=facts, words=few(found.words), bigrams=few(found.bigrams))


ANY = fingerprints() | fingerprints().map(crowded)


@FUZZ
@given(ANY, ANY, ANY)
def test_any_fingerprints_can_be_measured(
    first: Fingerprint, second: Fingerprint, third: Fingerprint
) -> None:
    """Also those that no context has: anybody may send them."""
    key = b"test"
    first, second, third = (replace(one, key_id=key) for one in (first, second, third))
    in_range(first, second)
    in_range(union((first, third)), union((second, third)))
    exercise(first)


class Unsteady(Mapping[str, object]):
    """A mapping that answers differently each time, or not at all."""

    def __init__(self, answers: list[object]) -> None:
        self._answers = answers

    def _next(self) -> object:
        self._answers.append(self._answers.pop(0))
        if isinstance(self._answers[0], Exception):
            raise self._answers[0]
        return self._answers[0]

    def __getitem__(self, key: str) -> object:
        return self._next()

    def __iter__(self) -> Iterator[str]:
        for _ in range(3):
            yield str(self._next())

    def __len__(self) -> int:
        return 2

    def __hash__(self) -> int:
        raise TypeError

    def __eq__(self, other: object) -> bool:
        raise ValueError

    def __getattr__(self, name: str) -> object:
        return self._next()


RAISED = st.sampled_from(
    [ValueError("x"), KeyError("x"), RuntimeError("changed size during iteration"),
     RecursionError("x"), MemoryError(), StopIteration(), AttributeError("x"), OSError(5, "x")]
)  # fmt: skip


@FUZZ
@given(st.lists(LEAVES | RAISED, min_size=1, max_size=5))
def test_objects_that_lie_or_raise_cost_themselves_alone(answers: list[object]) -> None:
    """What stands beside them is read."""
    state = {"a": Unsteady(list(answers)), "b": [Unsteady(list(answers))], "id": "A-1042"}
    found = fresh().fingerprint(state)
    exercise(found)
    if not found.limits & (Limit.MUTATED | Limit.ERROR):
        assert "id" in {fact.name for fact in found.facts}


@settings(FUZZ, max_examples=FUZZ.max_examples // 10 + 1)  # each is a race of some milliseconds
@given(PLAIN, st.integers(1, 40))
def test_a_state_that_another_thread_changes_is_read(state: object, size: int) -> None:
    """To an end, without an error; what was torn says so, or is one of the states there was."""
    shared: dict[str, Any] = {str(number): state for number in range(size)}
    stop = threading.Event()

    def change() -> None:
        number = 0
        while not stop.is_set():
            shared[f"new {number % 50}"] = [number]
            shared.pop(f"new {(number - 7) % 50}", None)
            number += 1

    thread = threading.Thread(target=change)
    thread.start()
    try:
        for _ in range(5):
            found = fresh().fingerprint(shared)
            assert not found.limits & Limit.ERROR
            exercise(found)
    finally:
        stop.set()
        thread.join()
