"""Counts over spans: what stood in them, what is missing, whose clocks disagree."""

from __future__ import annotations

import random
from dataclasses import replace

from intact.model.measurement import Reason
from intact_collector.diagnosis import Leak, Tally
from intact_collector.model.span import ReducedSpan, Role
from tests.collector.spans import span

SECOND = 1_000_000_000


def served(one: ReducedSpan, service: str) -> ReducedSpan:
    return replace(one, service=service)


def model(name: str, **more: object) -> ReducedSpan:
    return span(name, 1, 2, role=Role.MODEL, dialect="d", **more)  # type: ignore[arg-type]


def test_model_calls_are_counted_with_and_without_content() -> None:
    """By dialect; problems beside them."""
    tally = Tally()
    tally.add([model("a", input={"id": "A-1042"}), model("b", problems=(Reason.REDACTED,))])
    counts = tally.dialects()["d"]
    assert (counts.spans, counts.models, counts.with_content) == (2, 2, 1)
    assert counts.problems == {Reason.REDACTED: 1}


def test_content_in_log_records_counts_for_its_span_whichever_comes_first() -> None:
    """Any order, any repetition: one model call with content."""
    call = model("call")
    record = span("log", 1, 1, role=Role.CONTENT, parent="call", dialect="d", input={"id": "A-1"})
    for seed in range(6):
        spans = [call, record, call, record]
        random.Random(seed).shuffle(spans)
        tally = Tally()
        tally.add(spans)
        counts = tally.dialects()["d"]
        assert (counts.spans, counts.models, counts.with_content) == (1, 1, 1)


def test_parents_that_never_came_are_counted() -> None:
    """Of the spans that have one; roots have none."""
    tally = Tally()
    tally.add([span("root", 0, 9), span("child", 1, 2, parent="root")])
    tally.add([span("orphan", 1, 2, parent="elsewhere")])
    assert tally.parents == (1, 2)


def test_clocks_that_disagree_show_where_a_service_calls_another() -> None:
    """Within one service an early child is the framework's doing."""
    caller = served(span("caller", 5 * SECOND, 9 * SECOND), "shop")
    early = served(span("early", 3 * SECOND, 4 * SECOND, parent="caller"), "bank")
    local = served(span("local", 4 * SECOND, 5 * SECOND, parent="caller"), "shop")
    right = served(span("right", 6 * SECOND, 7 * SECOND, parent="caller"), "bank")
    tally = Tally()
    tally.add([right, local, early, caller])
    assert tally.skew == (1, 2 * SECOND)


def test_traces_in_several_files_are_counted() -> None:
    """Whoever wrote the files split them."""
    tally = Tally()
    for trace, source in [(b"1", "a"), (b"1", "a"), (b"2", "a"), (b"2", "b")]:
        tally.came_from(trace, source)
    assert tally.split == (1, 2)


def test_leaks_are_counted_by_place() -> None:
    """Never what stands there."""
    tally = Tally()
    tally.leaked("d", [Leak.NAME, Leak.STATUS, Leak.NAME])
    assert tally.dialects()["d"].leaks == {Leak.NAME: 2, Leak.STATUS: 1}
