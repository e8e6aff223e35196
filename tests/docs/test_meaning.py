"""The page on meaning: its example, its words for what goes wrong, its bounds."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from opentelemetry.trace import NoOpTracerProvider

import intact
from intact.measure import likeness
from intact.semantic import NAMES, patient
from intact.trace.runtime import reset
from tests.docs.pages import code, codes, tables, text_of

PAGE = text_of("how-to/meaning.md")


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    """Settings of these tests alone."""
    reset()
    yield
    reset()


def test_the_example_runs() -> None:
    """With the real model, and to the figures that stand there but for the key."""
    pytest.importorskip("wordllama")
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    intact.configure(key="a key for the page on meaning", tracer_provider=NoOpTracerProvider())
    known, received = (
        {"order": "A-1042", name: sentence}
        for name, sentence in re.findall(r'"(wish|note)": "(.*?)"', example)
    )
    assert not intact.compare(known, received).alike
    intact.configure(
        key="a key for the page on meaning",
        embedder="wordllama",
        tracer_provider=NoOpTracerProvider(),
    )
    (alike,) = intact.compare(known, received).alike
    assert alike.fact == "wish"
    assert abs(alike.cosine - float(re.findall(r"cosine=(0\.\d+)", example)[0])) < 0.25


def test_embedders_are_those_of_the_code() -> None:
    """By name; any other is a place or a function."""
    (rows,) = [one.rows for one in tables(PAGE) if "embedder" in one.columns]
    named = [code(row["embedder"]) for row in rows[:2]]
    assert named == list(NAMES)


def test_thresholds_are_those_of_the_measure() -> None:
    """One sentence, and five or more: a cosine that lies half way above chance."""
    alone, many = map(float, re.findall(r"a cosine of (0\.\d), of five or more (0\.\d)", PAGE)[0])
    half = likeness.RESTATED
    assert round(likeness._CHANCE + (1 - likeness._CHANCE) * half, 9) == alone
    assert round(likeness._HIGHEST + (1 - likeness._HIGHEST) * half, 9) == many
    assert likeness._CHANCE + likeness._RISE * (2 * 1.6094) ** 0.5 >= likeness._HIGHEST


def test_what_goes_wrong_is_counted_under_the_words_of_the_page() -> None:
    """And an agent waits for no longer than it says."""
    said = {word for word in codes(PAGE) if word.startswith("embedder_")}
    told = set(re.findall(r"``(embedder_\w+)``", patient.PatientCoder.__doc__ or ""))
    assert said == told
    assert patient.PATIENCE == 0.25
    assert "a quarter of a second" in PAGE
