"""Codes of meaning: what gets one, under which key, and that no embedder does harm."""

from __future__ import annotations

import math
from hashlib import blake2b

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike, NDArray

from intact.fingerprint import Coder, Fingerprinter, Key
from intact.fingerprint.meaning import PROBE, Embedder, planes
from intact.model.facts import Flag, Kind
from intact.model.fingerprint import Fingerprint
from intact.model.meaning import BITS
from tests.intact.embedders import words_as_vectors

KEY, OTHER = Key(b"the key of these tests"), Key(b"the key of somebody else")
BROKEN = "The parcel was delivered broken, and the customer wants money back."
PROSE = [{"role": "user", "content": BROKEN + " It was sent on 4 December 2026 to Oslo."}]


def read(
    context: object, embed: Embedder = words_as_vectors, key: Key = KEY
) -> tuple[Fingerprint, list[str]]:
    """A fingerprint with codes, and what was said about the embedder."""
    told: list[str] = []
    coder = Coder(key, embed, lambda kind, error: told.append(kind))
    return Fingerprinter(key, coder=coder).fingerprint(context), told


def bits_of(fingerprint: Fingerprint) -> list[int]:
    assert fingerprint.meaning is not None
    return [code.bits for code in fingerprint.meaning.codes]


def slow_bits(text: str, key: Key) -> int:
    """The code of a text, bit by bit, as the page on the format says."""
    vector = words_as_vectors([text])[0]
    code = 0
    for plane in range(BITS):
        head = plane.to_bytes(2, "big") + (0).to_bytes(2, "big")
        digest = blake2b(head, key=key.secret, digest_size=64, person=b"intact planes").digest()
        stream = int.from_bytes(digest, "big")
        product = sum(
            x if stream >> (511 - at) & 1 else -x for at, x in enumerate(map(float, vector))
        )
        code = code << 1 | (product > 0)
    return code


def test_every_sentence_has_its_code() -> None:
    """And the fingerprint is otherwise what it is without an embedder."""
    with_codes, told = read(PROSE)
    plain = Fingerprinter(KEY).fingerprint(PROSE)
    meaning = with_codes.meaning
    assert meaning is not None
    assert not told
    sentences = {fact.value for fact in plain.facts if fact.kind is Kind.SENTENCE}
    assert [code.value for code in meaning.codes] == sorted(sentences)
    assert meaning.probe == slow_bits(PROBE, KEY)
    assert slow_bits(BROKEN, KEY) in bits_of(with_codes)
    assert plain.meaning is None
    assert (
        Fingerprint(
            **{name: getattr(with_codes, name) for name in Fingerprint.__slots__}
            | {"meaning": None}
        )
        == plain
    )


def test_a_code_stands_beside_its_values_and_its_negation() -> None:
    """What an embedding does not tell reliably."""
    text = "The parcel never arrived at the office. Please send 129.90 EUR by 4 December 2026."
    found, _ = read([{"role": "user", "content": text}])
    assert found.meaning is not None
    typed = {fact.value >> 8 for fact in found.facts if fact.kind in (Kind.AMOUNT, Kind.DATE)}
    first, second = sorted(found.meaning.codes, key=lambda code: len(code.values))
    assert (first.negated, first.values) == (True, ())
    assert second.negated is False
    assert set(second.values) == typed
    assert len(typed) == 2


def test_what_names_something_has_no_meaning() -> None:
    """Typed values, single words and names, what means something only with its key, tools."""
    state = {
        "order": "A-1042", "due": "2026-12-04", "carrier": "UPS", "status": "open", "count": 3,
        "city": "San Francisco", "paid": True, "total": "129.90 EUR",
        "hotel": "Best Western Plus Toronto North York",
    }  # fmt: skip
    found, _ = read(state)
    assert found.meaning is None
    tool = {"role": "tool", "tool_call_id": "1", "content": BROKEN}
    call = {"id": "1", "type": "function", "function": {"name": "look", "arguments": "{}"}}
    found, _ = read([{"role": "assistant", "content": None, "tool_calls": [call]}, tool])
    assert found.meaning is None


@pytest.mark.parametrize("place", ["SF", "NYC", "Toronto, Canada", "the Big Apple"])
def test_a_place_in_a_phrase_breaks_nothing(place: str) -> None:
    """Its value is that of the usual name, which no sentence has."""
    for text in (place, f"bring the blue parcel quickly to {place}"):
        found, told = read({"note": text})
        assert not found.limits
        assert not told


def test_a_phrase_of_a_state_has_a_meaning() -> None:
    """Four words with content or more: it says something."""
    found, _ = read({"complaint": "parcel delivered broken yesterday morning"})
    assert [fact.kind for fact in found.facts] == [Kind.TEXT]
    assert bits_of(found) == [slow_bits("parcel delivered broken yesterday morning", KEY)]


def test_redacted_parts_are_never_shown_to_an_embedder() -> None:
    """Not even in this process."""
    seen: list[str] = []

    def spying(texts: list[str]) -> NDArray[np.float64]:
        seen.extend(texts)
        return words_as_vectors(texts)

    coder = Coder(KEY, spying, lambda kind, error: None)
    maker = Fingerprinter(KEY, redact=["secret"], coder=coder)
    maker.fingerprint({"secret": BROKEN, "note": "The client asked for a call on Monday."})
    assert not any("parcel" in text and text != PROBE for text in seen)
    assert any("asked for a call" in text for text in seen)


def test_codes_of_another_key_say_nothing() -> None:
    """One sentence under two keys: half of the bits differ, as of any two."""
    (mine,), (theirs,) = (bits_of(read(BROKEN, key=key)[0]) for key in (KEY, OTHER))
    assert 40 < (mine ^ theirs).bit_count() < 88


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.02, math.pi / 2))
def test_bits_differ_in_proportion_to_the_angle(seed: int, angle: float) -> None:
    """The share of them is the angle over pi, within five standard errors."""
    chance = np.random.default_rng(seed)
    first, second = np.linalg.qr(chance.normal(size=(300, 2)))[0].T
    vectors = np.array([first, first * math.cos(angle) + second * math.sin(angle)])
    signs = vectors @ planes(KEY, 300).T > 0
    share = angle / math.pi
    error = math.sqrt(share * (1 - share) / BITS)
    assert abs((signs[0] != signs[1]).mean() - share) < 5 * error + 1 / BITS


def raising(texts: list[str]) -> ArrayLike:
    raise RuntimeError("a server is down")


@pytest.mark.parametrize(
    ("embed", "kind"),
    [
        (raising, "embedder_failed"),
        (lambda texts: [[1.0, 2.0]] * (len(texts) + 1), "embedder_shape"),
        (lambda texts: [1.0] * len(texts), "embedder_shape"),
        (lambda texts: [[]] * len(texts), "embedder_shape"),
        (lambda texts: [[math.nan, 1.0]] * len(texts), "embedder_not_finite"),
        (lambda texts: ["no vector"] * len(texts), "embedder_failed"),
        (lambda texts: None, "embedder_shape"),
    ],
)
def test_an_embedder_that_fails_costs_nothing_but_its_codes(embed: Embedder, kind: str) -> None:
    """The fingerprint is that of no embedder, and the reason is told in a fixed word."""
    found, told = read(PROSE, embed)
    assert found == Fingerprinter(KEY).fingerprint(PROSE)
    assert told == [kind]


def test_vectors_of_another_length_are_noticed() -> None:
    """A model that was replaced while it was used."""
    lengths = iter([4, 5, 5])
    found, told = read(PROSE, lambda texts: np.ones((len(texts), next(lengths))))
    assert found.meaning is None
    assert told == ["embedder_shape"]


def test_a_text_that_a_model_knows_nothing_of_has_no_code() -> None:
    """A vector of zeros has no direction."""
    found, told = read(
        PROSE,
        lambda texts: [[1.0, 0.0] if text == PROBE else [0.0, 0.0] for text in texts],
    )
    assert found.meaning is None
    assert not told


def test_a_text_is_embedded_once_and_again_after_a_failure() -> None:
    """Also inside another context; and what failed is no answer for ever."""
    seen: list[str] = []
    down = True

    def flaky(texts: list[str]) -> NDArray[np.float64]:
        if down:
            raise RuntimeError
        seen.extend(texts)
        return words_as_vectors(texts)

    maker = Fingerprinter(KEY, coder=Coder(KEY, flaky, lambda kind, error: None))
    assert maker.fingerprint(PROSE).meaning is None
    down = False
    whole = maker.fingerprint(PROSE)
    assert len(seen) == 1 + len(bits_of(whole))  # and the probe
    longer = maker.fingerprint(
        [*PROSE, {"role": "assistant", "content": "The client gets a refund today."}]
    )
    assert len(seen) == 2 + len(bits_of(whole))
    assert set(bits_of(whole)) < set(bits_of(longer))
    assert maker.fingerprint(PROSE) is whole


def test_codes_of_one_context_are_bounded() -> None:
    """Those with the lowest value ids, so that two sides tend to keep the same ones."""
    words = [f"thing{number} falls from shelf{number}." for number in range(400)]
    found, _ = read([{"role": "user", "content": " ".join(words)}])
    values = sorted(fact.value for fact in found.facts if fact.kind is Kind.SENTENCE)
    assert found.meaning is not None
    assert [code.value for code in found.meaning.codes] == values[:192]


def test_what_stands_in_system_instructions_has_a_meaning() -> None:
    """Frameworks inject context there."""
    found, _ = read([{"role": "system", "content": BROKEN}])
    assert [fact.flags & Flag.SYSTEM for fact in found.facts]
    assert len(bits_of(found)) == 1
