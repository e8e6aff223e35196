"""What counts as near in meaning, and what never does."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intact.fingerprint import Coder, Fingerprinter, Key
from intact.measure import compare
from intact.measure.likeness import Likenesses, likeness
from intact.model.facts import Outcome
from intact.model.fingerprint import Fingerprint, Sketch
from intact.model.meaning import BITS, Code, Meaning
from intact.model.measurement import Measurement, Verdict
from tests.intact.embedders import words_as_vectors

KEY = Key(b"the key of these tests")
PROBE = 0x0F0F
SAID = "The parcel was delivered broken to the office in Oslo."
AGAIN = "The package arrived damaged at the office in Oslo."


def side(*codes: Code, words: Sequence[int] = (), probe: int = PROBE) -> Fingerprint:
    """A fingerprint of nothing but codes and words."""
    tokens = Sketch(frozenset(words), total=len(words))
    return Fingerprint(b"\1\2\3\4", 0, words=tokens, meaning=Meaning(probe, codes))


def near(sent: Code, *held: Code, words: Sequence[int] = ()) -> float | None:
    """The cosine that is found for a code."""
    found = Likenesses(side(sent), side(*held, words=words)).of(sent.value)
    return None if found is None else found.cosine


def coded(context: object, must_keep: Sequence[str] = ()) -> Fingerprint:
    return Fingerprinter(KEY, coder=Coder(KEY, words_as_vectors, _raise)).fingerprint(
        context, must_keep=must_keep
    )


def _raise(kind: str, error: Exception | None) -> None:
    raise AssertionError(kind) from error


def told(known: str, received: str) -> Measurement:
    """What becomes of one message's text in another's, beside a fact that arrives."""
    first, second = (
        coded([{"role": "user", "content": f"Order A-1042. {text}"}]) for text in (known, received)
    )
    return compare(first, second)


@given(st.integers(0, BITS))
def test_a_cosine_lies_in_its_interval(distance: int) -> None:
    """And both in -1 to 1; equal codes are the same direction."""
    found = likeness(distance, 0.0)
    assert -1 <= found.low <= found.cosine <= found.high <= 1
    assert found.cosine == math.cos(math.pi * distance / BITS)
    assert likeness(0, 1.0).cosine == 1


def test_the_nearest_counts() -> None:
    """Of several things the receiver holds."""
    sent = Code(1, 0b0)
    assert near(sent, Code(2, 0b111), Code(3, 0b1), Code(4, 0b11)) == likeness(1, 0).cosine
    assert near(sent) is None


def test_the_more_there_is_the_nearer_it_has_to_be() -> None:
    """Of many sentences one is near by accident."""
    sent, close = Code(1, 0), Code(2, (1 << 16) - 1)
    far = [Code(10 + at, (1 << 64) - 1) for at in range(20)]
    alone = Likenesses(side(sent), side(close)).of(1)
    among = Likenesses(side(sent), side(close, *far)).of(1)
    assert alone is not None
    assert among is not None
    assert alone.cosine == among.cosine
    assert alone.above > among.above


@pytest.mark.parametrize(
    ("sent", "held", "words"),
    [
        (Code(1, 0, negated=True), Code(2, 0), ()),
        (Code(1, 0), Code(2, 0, negated=True), ()),
        (Code(1, 0, (7,)), Code(2, 0, (8,)), (7, 8)),  # 6:15 stands elsewhere, 6:30 here
        (Code(1, 0, (7,)), Code(2, 0), ()),  # 6:15 stands nowhere
        (Code(1, 0, (7, 9)), Code(2, 0, (7,)), (7,)),  # one of two values stands nowhere
    ],
)
def test_vetoes(sent: Code, held: Code, words: Sequence[int]) -> None:
    """Equal vectors, and still not the same: values or negation differ."""
    assert near(sent, held, words=words) is None


@pytest.mark.parametrize(
    ("sent", "held", "words"),
    [
        (Code(1, 0, negated=True), Code(2, 0, negated=True), ()),
        (Code(1, 0, (7,)), Code(2, 0, (7, 8)), (7, 8)),
        (Code(1, 0, (7,)), Code(2, 0), (7,)),  # the value stands in the sentence beside it
        (Code(1, 0), Code(2, 0, (8,)), (8,)),
    ],
)
def test_what_no_veto_holds_back(sent: Code, held: Code, words: Sequence[int]) -> None:
    """The same values, or no more of them than elsewhere in the text."""
    assert near(sent, held, words=words) == 1.0


def test_unlike_models_never_compare() -> None:
    """Whatever their codes say; a few bits of a probe may differ, as between two machines."""
    sent, held = side(Code(1, 0)), Code(2, 0)
    assert Likenesses(sent, side(held, probe=PROBE ^ 0xFFFF)).of(1) is None
    assert Likenesses(sent, side(held, probe=PROBE ^ 1)).of(1) is not None
    bare = Fingerprint(b"\1\2\3\4", 0)
    assert Likenesses(sent, bare).of(1) is None
    assert Likenesses(bare, sent).of(1) is None


def test_a_sentence_said_otherwise_is_restated() -> None:
    """And how near it is stands beside it; without an embedder it is dropped."""
    found = told(SAID, AGAIN)
    assert found.facts[Outcome.DROPPED] == 0
    (alike,) = found.alike
    assert alike.fact == "user[0]/sentence[1]"
    assert alike.interval.low < alike.cosine <= alike.interval.high
    plain = Fingerprinter(KEY).fingerprint
    assert compare(plain(SAID), plain(AGAIN)).facts[Outcome.DROPPED] > 0


@pytest.mark.parametrize(
    "changed",
    [
        "The package never arrived damaged at the office in Oslo.",
        "The car was parked in front of a hotel near the station.",
    ],
)
def test_the_opposite_and_something_else_are_not(changed: str) -> None:
    """Negation, and another subject."""
    found = told(SAID, changed)
    assert not found.alike
    assert found.facts[Outcome.DROPPED] > 0


def test_another_number_is_another_thing() -> None:
    """However near the sentences are."""
    sentence = "The customer wants money for {} broken glasses."
    again = "The client demands refund for {} damaged glasses."
    assert told(sentence.format(12), again.format(12)).alike
    assert not told(sentence.format(12), again.format(14)).alike


def test_meaning_is_never_the_only_gate() -> None:
    """A must-keep text that only its meaning finds is lost."""
    known, received = {"order": "A-1042", "complaint": SAID}, {"order": "A-1042", "note": AGAIN}
    loose = compare(coded(known), coded(received))
    assert loose.alike
    strict = compare(coded(known, must_keep=["complaint"]), coded(received))
    assert not strict.alike
    assert strict.verdict is Verdict.LOST
