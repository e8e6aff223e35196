"""The public face is deliberate."""

from __future__ import annotations

import intact
from intact.model.measurement import Verdict


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
    intact.configure(key="a key for tests")
    known = {"order": {"id": "A-1042", "total": "129.90 EUR"}, "refund_by": "2026-12-04"}
    text = "Please refund order A-1042: EUR 129.90."
    measured = intact.compare(known, text)
    assert measured == intact.compare(intact.fingerprint(known), intact.fingerprint(text))
    assert [lost.fact for lost in measured.lost] == ["refund_by"]
    assert measured.verdict is Verdict.DEGRADED
    assert intact.compare(known, text, must_keep=["refund_by"]).verdict is Verdict.LOST
    assert intact.compare(known, known).verdict is Verdict.INTACT
    assert intact.compare({}, known).verdict is Verdict.NOT_MEASURED
