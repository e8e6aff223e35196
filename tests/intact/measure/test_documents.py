"""Of a long text it shows whether it was cut, excerpted, reworded, grown or replaced."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from intact.codec.wire import decode, encode
from intact.measure import compare
from intact.measure.outcome import Holder, outcomes
from intact.model.facts import Fact, Kind, Outcome
from intact.model.fingerprint import Fingerprint
from tests.intact.fingerprint.reading import read

SYLLABLES = ["ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "zo"]
WORDS = [
    f"{first}{second}{third}" for first in SYLLABLES for second in SYLLABLES for third in "rst"
]
SEEDS = range(12)


def sentences(seed: int, count: int = 20) -> list[str]:
    """Sentences of seven words that nobody would confuse."""
    chance = Random(seed)
    return [f"The {' '.join(chance.choices(WORDS, k=7))}." for _ in range(count)]


def documents(fingerprint: Fingerprint) -> list[Fact]:
    """The long texts of a context."""
    return [fact for fact in fingerprint.facts if fact.kind is Kind.DOCUMENT]


def became(sent: str, received: object) -> Outcome:
    """What became of a text as a whole."""
    (outcome,) = outcomes(documents(read({"note": sent})), Holder(read(received)))
    return outcome


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("size", [6, 10, 16, 18])
def test_a_cut_text_is_truncated(seed: int, size: int) -> None:
    """Its head or its tail left, or its middle, where it stood."""
    text = sentences(seed)
    for left in (text[:size], text[-size:], text[2 : size + 2]):
        if size > 6 or left != text[2:8]:  # of a small part no bigram may be in both samples
            assert became(" ".join(text), {"note": " ".join(left)}) is Outcome.TRUNCATED


def test_a_text_cut_to_a_phrase_is_truncated() -> None:
    """Whatever a limit leaves of it."""
    text = " ".join(sentences(1))
    for length in (24, 60, 200, 500, len(text) - 40):
        assert became(text, {"note": text[:length]}) is Outcome.TRUNCATED


@pytest.mark.parametrize("seed", SEEDS)
def test_a_text_that_grew_is_kept(seed: int) -> None:
    """In its place, under another key, in a prompt, in a message."""
    text, more = sentences(seed), sentences(seed + 100, 9)
    whole = " ".join(text)
    for received in (whole, " ".join([*text, *more]), " ".join([*more, *text])):
        for context in ({"note": received}, {"memo": received}, received):
            assert became(whole, context) is Outcome.KEPT
        assert became(whole, [{"role": "user", "content": received}]) is Outcome.KEPT


@pytest.mark.parametrize("seed", SEEDS)
def test_a_small_edit_does_not_go_unnoticed_where_the_text_stood(seed: int) -> None:
    """One word of a hundred and sixty, or a space: the text is there and is not the same."""
    text = " ".join(sentences(seed))
    words = text.split()
    words[Random(seed).randrange(len(words))] = "platypus"
    for edited in (" ".join(words), text.replace(". ", ".  ", 1), text.replace(". ", ".\n")):
        assert became(text, {"note": edited}) is Outcome.RESTATED


@pytest.mark.parametrize("seed", SEEDS)
def test_another_text_in_its_place_is_altered_and_none_is_dropped(seed: int) -> None:
    """Of the same words even."""
    text, other = " ".join(sentences(seed)), " ".join(sentences(seed + 50))
    assert became(text, {"note": other}) is Outcome.ALTERED
    for received in ({"memo": other}, other, {"note": ""}, {}):
        assert became(text, received) is Outcome.DROPPED


@pytest.mark.parametrize("seed", SEEDS)
def test_a_part_of_a_text_inside_a_prompt_is_truncated(seed: int) -> None:
    """Whichever end is missing."""
    text, more = sentences(seed), sentences(seed + 100, 9)
    for left in (text[:14], text[-14:]):
        prompt = " ".join([*more[:4], *left, *more[4:]])
        assert became(" ".join(text), prompt) is Outcome.TRUNCATED


def test_a_text_that_stands_elsewhere_as_a_whole_is_kept() -> None:
    """Also where a cut copy of it stands in its place."""
    text = " ".join(sentences(1))
    context = {"note": text[: len(text) // 2], "prompt": f"Mind this. {text} Go on."}
    assert became(text, context) is Outcome.KEPT


def test_texts_of_a_list_are_told_apart() -> None:
    """A cut one is not taken for another one, and stands for one alone."""
    first, second, third = (" ".join(sentences(seed)) for seed in (1, 2, 3))
    known = read({"notes": [first, second, third]})
    received = read({"notes": [third, first[: len(first) // 2]]})
    lost = [one.outcome for one in compare(known, received).lost if one.kind is Kind.DOCUMENT]
    assert sorted(lost) == [Outcome.DROPPED, Outcome.TRUNCATED]


def test_what_a_sample_cannot_tell_is_undecided() -> None:
    """Neither where the receiver's bigrams were left out, nor where its text was not read."""
    (text,) = documents(read({"note": " ".join(sentences(1))}))
    received = read(" ".join(sentences(2)))
    blind = replace(received.bigrams, tokens=frozenset(), threshold=1)
    (outcome,) = outcomes([text], Holder(replace(received, bigrams=blind)))
    assert outcome is Outcome.UNDECIDED


def test_the_length_of_a_text_crosses_the_wire_as_its_exact_id() -> None:
    """With its ends and its sample of bigrams."""
    known = read({"note": " ".join(sentences(1, 6))})
    (document,) = documents(decode(encode(known)))
    assert (document.exact, len(document.tokens)) == (48, 10)
    assert [document] == documents(known)
