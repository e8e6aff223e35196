"""An embedder never keeps an agent waiting for long, and never breaks one."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import ArrayLike
from opentelemetry.trace import NoOpTracerProvider

import intact
from intact.fingerprint import Fingerprinter, Key
from intact.semantic import PatientCoder
from intact.testing import Collector
from intact.trace import health
from intact.trace.runtime import reset
from tests.intact.embedders import words_as_vectors

KEY = Key(b"the key of these tests")
TEXT = "The parcel was delivered broken to the office."
OTHER = "The customer wants money back before the weekend."
FOREVER = 60.0


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    """Counts and settings of these tests alone."""
    reset()
    health.reset()
    yield
    reset()
    health.reset()


def test_what_is_slow_is_there_the_next_time() -> None:
    """The fingerprint goes on without codes, and the next one has them."""
    told: list[str] = []
    go = threading.Event()

    def slow(texts: list[str]) -> ArrayLike:
        go.wait(FOREVER)
        return words_as_vectors(texts)

    coder = PatientCoder(KEY, slow, lambda kind, error: told.append(kind), patience=0.01)
    maker = Fingerprinter(KEY, coder=coder)
    assert maker.fingerprint(TEXT).meaning is None
    assert told == ["embedder_slow"]
    go.set()
    patient = PatientCoder(KEY, words_as_vectors, lambda kind, error: None, patience=FOREVER)
    wanted = Fingerprinter(KEY, coder=patient).fingerprint(TEXT).meaning
    for _ in range(1000):
        if maker.fingerprint(TEXT).meaning == wanted:
            break
        threading.Event().wait(0.01)
    assert maker.fingerprint(TEXT).meaning == wanted is not None


def test_contexts_do_not_pile_up_behind_one_that_hangs() -> None:
    """A few wait; the others are told that it is busy, at once."""
    told: list[str] = []
    never = threading.Event()

    def hanging(texts: list[str]) -> ArrayLike:
        never.wait(FOREVER)
        raise RuntimeError

    coder = PatientCoder(KEY, hanging, lambda kind, error: told.append(kind), patience=0.0)
    maker = Fingerprinter(KEY, coder=coder)
    plain = Fingerprinter(KEY)
    for number in range(20):
        context = f"{TEXT} It is number {number}."
        assert maker.fingerprint(context) == plain.fingerprint(context)
    assert set(told) == {"embedder_slow", "embedder_busy"}
    assert told.count("embedder_slow") <= 9
    never.set()


def test_one_embedder_serves_many_threads() -> None:
    """It is called from one thread alone, whoever asks."""
    callers = set()

    def watched(texts: list[str]) -> ArrayLike:
        callers.add(threading.get_ident())
        return words_as_vectors(texts)

    coder = PatientCoder(KEY, watched, lambda kind, error: None, patience=FOREVER)
    maker = Fingerprinter(KEY, coder=coder)
    found: list[object] = []
    threads = [
        threading.Thread(target=lambda: found.append(maker.fingerprint([TEXT, OTHER]).meaning))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(FOREVER)
    assert len(found) == 8
    assert all(meaning == found[0] is not None for meaning in found)
    assert len(callers) == 1
    assert threading.get_ident() not in callers


def _codes_of_a_child(maker: Fingerprinter, answer: object) -> None:
    meaning = maker.fingerprint(OTHER).meaning
    answer.send(0 if meaning is None else len(meaning.codes))  # type: ignore[attr-defined]


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_has_a_thread_of_its_own() -> None:
    """The parent's is not there any more."""
    coder = PatientCoder(KEY, words_as_vectors, lambda kind, error: None, patience=FOREVER)
    maker = Fingerprinter(KEY, coder=coder)
    assert maker.fingerprint(TEXT).meaning is not None
    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe()
    child = fork.Process(target=_codes_of_a_child, args=(maker, theirs))
    child.start()
    assert ours.poll(FOREVER)
    assert ours.recv() == 1
    child.join(FOREVER)


def test_the_end_of_the_process_waits_for_a_model_at_work() -> None:
    """A moment; and what comes after has no codes."""
    at_work, go = threading.Event(), threading.Event()

    def working(texts: list[str]) -> ArrayLike:
        at_work.set()
        go.wait(FOREVER)
        return words_as_vectors(texts)

    coder = PatientCoder(KEY, working, lambda kind, error: None, patience=0.0)
    maker = Fingerprinter(KEY, coder=coder)
    maker.fingerprint(TEXT)
    assert at_work.wait(FOREVER)
    worker = coder._worker
    ending = threading.Thread(target=coder.end)
    ending.start()
    go.set()
    ending.join(FOREVER)
    assert worker is not None
    assert not worker.is_alive()
    assert maker.fingerprint(OTHER).meaning is None


def test_configure_takes_a_function() -> None:
    """And `compare` then finds what was said in other words."""
    silent = NoOpTracerProvider()
    known, received = {"complaint": TEXT}, {"note": "The package arrived damaged at the office."}
    intact.configure(key="a key for these tests alone", tracer_provider=silent)
    assert not intact.compare(known, received).alike
    intact.configure(
        key="a key for these tests alone", embedder=words_as_vectors, tracer_provider=silent
    )
    (alike,) = intact.compare(known, received).alike
    assert alike.fact == "complaint"
    assert health.counts() == {}


def test_a_handoff_in_other_words_is_whole() -> None:
    """From two agents over their spans into the answer of the collector."""

    @intact.agent("triage")
    def triage(context: dict[str, str]) -> dict[str, str]:
        return context

    @intact.agent("billing")
    def billing(context: dict[str, str]) -> dict[str, str]:
        return context

    said = {"order": "A-1042", "refund_by": "2026-12-04", "complaint": TEXT}
    again = {**said, "complaint": "The package arrived damaged at the office."}
    intact.configure(
        key="a key for these tests alone",
        embedder=words_as_vectors,
        tracer_provider=NoOpTracerProvider(),
    )
    with Collector() as collector, intact.session("s-1"):
        triage(said)
        billing(again)
    (found,) = collector.handoffs()
    assert [one["fact"] for one in found["alike"]] == ["complaint"]
    assert found["facts"]["restated"] == 1
    assert found["lost"] == []


def test_in_strict_privacy_no_embedder_is_asked() -> None:
    """Codes tell which sentences are near each other."""

    def never(texts: list[str]) -> ArrayLike:
        raise AssertionError("asked")

    intact.configure(
        key="a key for these tests alone",
        privacy="strict",
        embedder=never,
        tracer_provider=NoOpTracerProvider(),
    )
    intact.fingerprint({"complaint": TEXT})
    assert "embedder_failed" not in health.counts()


def test_an_embedder_that_raises_is_counted_and_told_without_content(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Its message may quote what it was given."""

    def raising(texts: list[str]) -> ArrayLike:
        raise ValueError(texts[0])

    intact.configure(
        key="a key for these tests alone", embedder=raising, tracer_provider=NoOpTracerProvider()
    )
    assert intact.fingerprint({"complaint": TEXT}).meaning is None
    assert health.counts() == {"embedder_failed": 1}
    assert "ValueError" in caplog.text
    assert "refund" not in caplog.text


def test_a_wrong_variable_leaves_the_embedder_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is there to correct it: contexts are compared as without one."""
    monkeypatch.setenv("INTACT_EMBEDDER", "no.such.module:embed")
    monkeypatch.setenv("INTACT_KEY", "a key for these tests alone")
    found = intact.fingerprint({"complaint": TEXT})
    assert found.facts
    assert found.meaning is None
    assert health.counts() == {"embedder_failed": 1}


def test_numbers_need_no_array() -> None:
    """Lists of lists will do."""
    coder = PatientCoder(
        KEY,
        lambda texts: np.asarray(words_as_vectors(texts)).tolist(),
        lambda kind, error: None,
        patience=FOREVER,
    )
    assert Fingerprinter(KEY, coder=coder).fingerprint(TEXT).meaning is not None
