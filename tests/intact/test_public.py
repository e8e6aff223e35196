"""The public face is deliberate."""

from __future__ import annotations

import doctest
from collections.abc import Iterator

import pytest
from opentelemetry.trace import NoOpTracerProvider

import intact
from intact.model.measurement import Reason, Verdict
from intact.trace.runtime import reset


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    """A key for these tests alone, and a provider that no other test sees."""
    reset()
    intact.configure(key="a key for all tests", tracer_provider=NoOpTracerProvider())
    yield
    reset()


def test_all_is_sorted_and_complete() -> None:
    """What is promised is there, in order, and documented."""
    assert list(intact.__all__) == sorted(intact.__all__)
    assert {
        "agent",
        "compare",
        "configure",
        "fingerprint",
        "flush",
        "handoff",
        "must_keep",
        "outcome",
        "output",
        "pruned",
        "received",
        "session",
    } <= set(intact.__all__)
    for name in intact.__all__:
        assert getattr(intact, name).__doc__


def test_compare_takes_contexts_and_fingerprints() -> None:
    """The same measure either way; must-keep paths are those of the first context."""
    known = {"order": {"id": "A-1042", "total": "129.90 EUR"}, "refund_by": "2026-12-04"}
    text = "Please refund order A-1042: EUR 129.90."
    measured = intact.compare(known, text)
    assert measured == intact.compare(intact.fingerprint(known), intact.fingerprint(text))
    assert [lost.fact for lost in measured.lost] == ["refund_by"]
    assert measured.verdict is Verdict.DEGRADED
    assert intact.compare(known, text, must_keep=["refund_by"]).verdict is Verdict.LOST
    assert intact.compare(known, known).verdict is Verdict.INTACT
    assert intact.compare({}, known).verdict is Verdict.NOT_MEASURED


def test_compare_never_takes_what_hides_for_what_lost() -> None:
    """An object that shows nothing may hold everything."""
    measured = intact.compare({"id": "A-1042"}, object())
    assert measured.verdict is Verdict.NOT_MEASURED
    assert measured.reason is Reason.RECEIVED_MISSING


@pytest.mark.parametrize("name", sorted({*intact.__all__}))
def test_examples_of_the_public_face_run(name: str) -> None:
    """What a docstring shows is what happens."""
    finder, runner = doctest.DocTestFinder(recurse=False), doctest.DocTestRunner()
    for example in finder.find(getattr(intact, name), name):
        assert runner.run(example).failed == 0
