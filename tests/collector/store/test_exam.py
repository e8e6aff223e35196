"""The exam of every store: what `ports.Store` promises, on disk and in memory."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from functools import reduce
from operator import add
from pathlib import Path
from threading import Thread

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intact.model.measurement import Verdict
from intact_collector.analytics.metrics import METRICS, increments
from intact_collector.analytics.totals import LIMIT
from intact_collector.model.effect import Discarded, Effect, Forgotten
from intact_collector.model.metric import Series
from tests.collector.effects import closed, handoff, key, lost_fact, measured, settled, span
from tests.collector.store.conftest import NOW, Rig

START = round(NOW * 1e9)


def total(series: list[Series] | object, metric: str) -> float:
    return sum(one.total for one in series if one.metric == metric)  # type: ignore[attr-defined]


# The journal


def test_journaled_spans_come_back_in_order_with_their_time(rig: Rig):
    """Oldest first, each with the time at which it was received."""
    rig.store.append([span(1), span(2)], 10.0)
    rig.store.append([span(3)], 11.5)
    rig.reopen()
    assert list(rig.store.journal()) == [(span(1), 10.0), (span(2), 10.0), (span(3), 11.5)]


def test_of_a_span_that_comes_twice_the_first_is_kept(rig: Rig):
    """Senders repeat what was not acknowledged in time; the first copy is as good."""
    rig.store.append([span(1, "triage"), span(1, "billing")], 10.0)
    rig.store.append([span(1, "shipping")], 11.0)
    assert list(rig.store.journal()) == [(span(1, "triage"), 10.0)]


def test_a_journal_longer_than_one_page_comes_back_whole(rig: Rig):
    """The store reads in pages; nobody notices where they end."""
    rig.store.append([span(number) for number in range(1, 1202)], 10.0)
    assert [one.span_id for one, _ in rig.store.journal()] == [key(n)[1] for n in range(1, 1202)]


def test_forgotten_spans_leave_the_journal(rig: Rig):
    """Spans of closed sessions are dropped, those of open ones stay."""
    rig.store.append([span(1), span(2), span(3)], 10.0)
    rig.store.apply([Forgotten((key(1), key(3), key(99)))], b"", NOW)
    rig.reopen()
    assert [one.key for one, _ in rig.store.journal()] == [key(2)]


def test_nothing_is_nothing(rig: Rig):
    """Empty batches are legal everywhere."""
    rig.store.append([], 10.0)
    rig.store.apply([], b"", NOW)
    rig.store.delivered([])
    assert list(rig.store.journal()) == []
    assert (rig.store.series(), rig.store.events(10), rig.store.frozen()) == ([], [], b"")


# Totals


def test_totals_go_on_after_a_restart_with_their_start_time(rig: Rig):
    """A backend sees one uninterrupted run: same start, same sums."""
    rig.store.apply([settled(1, measured(0.95))], b"", NOW + 1)
    rig.reopen(now=NOW + 500)
    rig.store.apply([settled(2, measured(0.2))], b"", NOW + 501)
    (retention,) = [s for s in rig.store.series() if s.metric == "intact.handoff.retention"]
    assert (retention.start, retention.time) == (START, START + 501_000_000_000)
    assert (retention.count, retention.total) == (2, 0.95 + 0.2)
    assert (retention.low, retention.high) == (0.2, 0.95)
    assert [one.value for one in retention.exemplars] == [0.2, 0.95]


def test_a_handoff_or_session_is_counted_once(rig: Rig):
    """In one batch, in another, and after a restart; the first number stays."""
    rig.store.apply([settled(1, measured(0.9)), settled(1, measured(0.1))], b"", NOW)
    rig.store.apply([closed(1), closed(1)], b"", NOW)
    rig.reopen()
    rig.store.apply([settled(1, measured(0.3)), closed(1, retention=0.0)], b"", NOW)
    series = rig.store.series()
    assert total(series, "intact.handoffs") == 1
    assert total(series, "intact.handoff.retention") == 0.9
    assert total(series, "intact.session.retention") == 1.0
    assert len(rig.store.events(10)) == 2


def test_what_was_delivered_and_counted_does_not_come_again(rig: Rig):
    """The mark outlives the event: a repeated effect queues nothing."""
    rig.store.apply([settled(1)], b"", NOW)
    rig.store.delivered([event.id for event in rig.store.events(10)])
    rig.reopen()
    rig.store.apply([settled(1)], b"", NOW)
    assert rig.store.events(10) == []


def test_agents_without_number_share_one_series(rig: Rig):
    """1,000 series per metric; the rest is counted under `otel.metric.overflow`."""
    rig.store.apply([settled(n, source=f"agent-{n}") for n in range(LIMIT + 5)], b"", NOW)
    counts = [s for s in rig.store.series() if s.metric == "intact.handoffs"]
    assert len(counts) == LIMIT
    assert sum(s.total for s in counts) == LIMIT + 5
    (overflow,) = [s for s in counts if s.attributes == (("otel.metric.overflow", "true"),)]
    assert overflow.total == 6


def test_what_the_pipeline_discards_is_no_metric_of_handoffs(rig: Rig):
    """The host counts those; the store neither fails nor adds."""
    rig.store.apply([Discarded("late", 3)], b"", NOW)
    assert rig.store.series() == []


# The pipeline's own state


def test_frozen_state_is_the_latest(rig: Rig):
    """By snapshot or together with effects."""
    rig.store.snapshot(b"one")
    assert rig.store.frozen() == b"one"
    rig.store.apply([settled(1)], b"two", NOW)
    rig.reopen()
    assert rig.store.frozen() == b"two"


# Events


def test_events_wait_until_they_are_delivered(rig: Rig):
    """Oldest first; what the backend took is gone, the rest is there after a restart."""
    rig.store.apply([settled(n) for n in (1, 2, 3)], b"", NOW)
    first = rig.store.events(2)
    assert [event.attributes["intact.handoff.id"] for event in first] == ["h1", "h2"]
    rig.store.delivered([first[0].id])
    before = rig.store.events(10)
    rig.reopen()
    assert rig.store.events(10) == before
    assert [event.attributes["intact.handoff.id"] for event in before] == ["h2", "h3"]


def test_too_many_waiting_events_are_dropped_and_counted(small_outbox: Rig):
    """A backend may be away for weeks: the oldest give way, by name in the counters."""
    store = small_outbox.store
    store.apply([settled(n) for n in (1, 2, 3, 4, 5)], b"", NOW)
    assert [event.attributes["intact.handoff.id"] for event in store.events(9)] == ["h4", "h5"]
    assert store.counters()["events_dropped"] == 3
    assert total(store.series(), "intact.handoffs") == 5


def test_without_a_backend_no_events_wait(no_outbox: Rig):
    """Nobody would ever fetch them; that is no loss to be counted."""
    no_outbox.store.apply([settled(1), closed(1)], b"", NOW)
    assert no_outbox.store.events(10) == []
    assert not no_outbox.store.counters().get("events_dropped")
    assert total(no_outbox.store.series(), "intact.handoffs") == 1


# Reports of closed sessions


def test_closed_sessions_are_listed_latest_first(rig: Rig):
    """Paged, and by the time they ended."""
    rig.store.apply([closed(n, session_id=f"s{n}") for n in (2, 1, 3)], b"", NOW)
    rig.reopen()
    ids = [orjson.loads(report)["session_id"] for report in rig.store.sessions(9)]
    assert ids == ["s3", "s2", "s1"]
    assert [b'"s2"' in report for report in rig.store.sessions(1, 1)] == [True]
    assert rig.store.sessions(9, 3) == []


def test_closed_sessions_are_chosen_by_time_and_verdict(rig: Rig):
    """`since` looks at the end of a session, `verdict` at its worst handoff."""
    bad = handoff(1, measured(0.4, Verdict.LOST, lost=(lost_fact("refund_by"),)))
    effects = [closed(1, session_id="a", handoffs=(bad,)), closed(2, session_id="b")]
    rig.store.apply(effects, b"", NOW)
    assert [b'"b"' in report for report in rig.store.sessions(9, since=2.0)] == [True]
    assert [b'"a"' in report for report in rig.store.sessions(9, verdict="lost")] == [True]
    assert rig.store.sessions(9, since=2.0, verdict="lost") == []


def test_of_sessions_with_one_id_the_latest_is_shown(rig: Rig):
    """A thread id that is used again after its session closed is a new session."""
    rig.store.apply([closed(1, session_id="1"), closed(2, session_id="1")], b"", NOW)
    report = rig.store.session("1")
    assert report is not None
    assert b"2000000000" in report
    assert len(rig.store.sessions(9)) == 2
    assert rig.store.session("2") is None


# Erasing and ageing


def test_a_forgotten_session_is_gone_but_stays_counted(rig: Rig):
    """Report, waiting events, spans and exemplars go; numbers name nobody and stay."""
    rig.store.append([span(1), span(2)], 10.0)
    rig.store.apply(
        [settled(1, session_id="a"), closed(1, session_id="a"), closed(2, session_id="b")], b"", NOW
    )
    before = {(s.metric, s.attributes): (s.count, s.total) for s in rig.store.series()}
    assert rig.store.forget("a", [key(1), key(100)])
    rig.reopen()
    assert rig.store.session("a") is None
    assert rig.store.session("b") is not None
    assert [one.key for one, _ in rig.store.journal()] == [key(2)]
    assert [event.attributes["intact.session.id"] for event in rig.store.events(9)] == ["b"]
    series = rig.store.series()
    assert {(s.metric, s.attributes): (s.count, s.total) for s in series} == before
    traces = {one.trace_id for s in series for one in s.exemplars}
    assert traces == {key(2000)[0]}
    rig.store.apply([settled(1, session_id="a"), closed(1, session_id="a")], b"", NOW)
    assert rig.store.session("a") is None
    assert not rig.store.forget("a")


def test_old_sessions_age_out(rig: Rig):
    """Reports by when they ended, journal rows by when they came; totals never."""
    rig.store.append([span(1)], 3.0)
    rig.store.append([span(2)], 9.0)
    rig.store.apply([closed(1, session_id="a"), closed(8, session_id="b")], b"", NOW)
    assert rig.store.expire(5.0) == 1
    rig.reopen()
    assert (rig.store.session("a"), rig.store.session("b") is not None) == (None, True)
    assert [one.key for one, _ in rig.store.journal()] == [key(2)]
    assert total(rig.store.series(), "intact.session.retention") == 2.0


# Names


def test_one_bad_name_does_not_stop_the_rest(rig: Rig):
    """A lone surrogate is no UTF-8: neither disk nor wire would take it, for ever."""
    bad = "a\ud800b"
    facts = measured(0.4, Verdict.LOST, lost=(lost_fact(bad),))
    rig.store.apply(
        [settled(1, facts, source=bad, session_id=bad, journey=bad), settled(2)], b"", NOW
    )
    rig.store.apply([closed(1, session_id=bad, journey=bad)], b"", NOW)
    rig.reopen()
    assert total(rig.store.series(), "intact.handoffs") == 2
    assert len(rig.store.events(9)) == 3
    assert "\ud800" not in repr(rig.store.series()) + repr(rig.store.events(9))


# Identity and threads


def test_the_instance_id_is_stable(rig: Rig):
    """Backends tell two collectors apart by it, and one collector by it over restarts."""
    before = rig.store.instance_id()
    rig.reopen()
    assert rig.store.instance_id() == before != ""


def test_one_thread_writes_while_another_exports(rig: Rig):
    """The host does both; neither sees half a transaction."""
    failed: list[BaseException] = []

    def write() -> None:
        try:
            for number in range(1, 61):
                rig.store.append([span(number)], 10.0)
                rig.store.apply([settled(number)], str(number).encode(), NOW)
        except BaseException as error:
            failed.append(error)

    writer = Thread(target=write)
    writer.start()
    seen = []
    while writer.is_alive():
        seen.append(total(rig.store.series(), "intact.handoffs"))
        rig.store.delivered([event.id for event in rig.store.events(5)])
    writer.join()
    assert failed == []
    assert seen == sorted(seen)
    assert total(rig.store.series(), "intact.handoffs") == 60


def test_closing_twice_is_closing(rig: Rig):
    """Hosts close on every way out."""
    rig.store.close()
    rig.store.close()


# Any sequence of operations, against a plain list of what happened


effects = st.one_of(
    st.builds(
        settled,
        st.integers(1, 6),
        st.builds(measured, st.sampled_from([0.0, 0.3, 0.9, 0.95, 1.0])),
        source=st.sampled_from(["triage", "billing"]),
    ),
    st.builds(closed, st.integers(1, 4), retention=st.sampled_from([None, 0.5, 1.0])),
)
operations = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.lists(st.integers(1, 8), max_size=4)),
        st.tuples(st.just("apply"), st.lists(effects, max_size=4)),
        st.tuples(st.just("reopen"), st.none()),
    ),
    max_size=12,
)


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
@settings(max_examples=40, deadline=None)
@given(sequence=operations)
def test_any_sequence_of_operations_adds_up(kind: str, sequence: list[tuple[str, object]]):
    """Series are the sums over what came first of each handoff; the journal, first spans."""
    seen: dict[object, Effect] = {}
    journaled: list[object] = []
    with tempfile.TemporaryDirectory() as folder:
        rig = Rig(kind, Path(folder) / "data")
        for operation, argument in sequence:
            if operation == "append":
                numbers: list[int] = argument  # type: ignore[assignment]
                rig.store.append([span(number) for number in numbers], 1.0)
                journaled += [key(n) for n in numbers]
            elif operation == "apply":
                batch: list[Effect] = argument  # type: ignore[assignment]
                rig.store.apply(batch, b"", NOW)
                for effect in batch:
                    name = getattr(effect, "handoff_key", None) or effect.session_key  # type: ignore[union-attr]
                    seen.setdefault((type(effect), name), effect)
            else:
                rig.reopen()
        found = {(s.metric, s.attributes): s for s in rig.store.series()}
        spans = [one.key for one, _ in rig.store.journal()]
        waiting = len(rig.store.events(100))
        rig.store.close()

    expected = defaultdict(list)
    for effect in seen.values():
        for one in increments(effect):  # type: ignore[arg-type]
            expected[one.metric, one.attributes].append(one.value)
    assert {where: (s.count, s.total, s.start) for where, s in found.items()} == {
        # One by one: `sum` rounds once since Python 3.12.
        where: (len(values), reduce(add, values), START)
        for where, values in expected.items()
    }
    for (metric, _), series in found.items():
        bounds = METRICS[metric].bounds
        assert sum(series.buckets) == (series.count if bounds else 0)
    assert spans == list(dict.fromkeys(journaled))
    assert waiting == len(seen)
