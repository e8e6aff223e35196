"""The hallway: one step after another, and what comes out at the end."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intact.model.measurement import Measurement, Verdict
from intact_collector.codec import decode_span, encode_span
from intact_collector.model.effect import (
    Discarded,
    Effect,
    Forgotten,
    HandoffSettled,
    SessionClosed,
)
from intact_collector.model.session import Session
from intact_collector.model.span import ReducedSpan, Role
from intact_collector.pipeline import (
    Settings,
    State,
    decode,
    drain,
    encode,
    freeze,
    report,
    restore,
    step,
)
from intact_collector.sessions.clusters import Limits
from tests.collector.journeys import (
    CONVERSATION,
    SESSION,
    native_turn,
    span,
    turn,
    turn_key,
    turn_name,
)
from tests.golden import recordings

RECORDINGS = [
    "langgraph__openinference__goto_lossy",
    "langgraph__openinference__swarm_full",
    "openai-agents__openinference__astools",
    "openai-agents__openinference__lossy",
    "openai-agents__openinference__nocontent",
    "pydantic-ai__native__convid_lossy",
    "pydantic-ai__native__delegation",
    "pydantic-ai__native__full",
    "pydantic-ai__native__lossy",
]
WAIT = Settings(settle=5, idle=900)


def refund(session: str | None = "s-1", trace: str = "t1", at: float = 0) -> list[ReducedSpan]:
    """Triage hands an order to billing, billing hands it on without the deadline."""
    order = {"order_id": f"A-1042-{trace}", "refund_by": "2026-12-04", "amount": "129.90 EUR"}
    less = {key: order[key] for key in ("order_id", "amount")}
    keep = ["refund_by"]
    first = turn_key(trace, "triage", at)
    second = turn_key(trace, "billing", at + 2)
    return [
        *native_turn(trace, "triage", at, order, order, session=session, must_keep=keep),
        *native_turn(
            trace,
            "billing",
            at + 2,
            order,
            less,
            source=("triage", first),
            session=session,
            must_keep=keep,
        ),
        *native_turn(
            trace, "shipping", at + 4, less, less, source=("billing", second), session=session
        ),
    ]


JOURNEYS = {
    "native, one trace": refund(),
    "native, no session": refund(session=None),
    "two customers, interleaved": [*refund("s-1", "t1"), *refund("s-2", "t2", at=1)],
    "one customer, twice": [*refund("s-1", "t1"), *refund("s-1", "t2", at=30)],
}


def all_spans(name: str) -> list[ReducedSpan]:
    """The spans of a recording, or of a journey built by hand."""
    return list(JOURNEYS[name] if name in JOURNEYS else recordings.reduced(name))


def finished(effects: list[Effect]) -> list[Session]:
    """The sessions that were closed, by start."""
    closed = [effect.session for effect in effects if isinstance(effect, SessionClosed)]
    return sorted(closed, key=lambda one: (one.start, one.turns[0].key))


def at_once(spans: list[ReducedSpan]) -> list[Session]:
    """The report when everything comes in one request and nothing follows."""
    state, effects = step(State(), spans, 100.0, WAIT)
    _, more = drain(state, 100.0, WAIT)
    return finished([*effects, *more])


@pytest.mark.parametrize("name", [*JOURNEYS, *RECORDINGS])
@settings(max_examples=5, deadline=None)
@given(chance=st.randoms(use_true_random=False))
def test_order_batches_repetition_and_restarts_do_not_matter(name: str, chance: Random) -> None:
    """The report is a function of the set of spans.

    spans      shuffled, some of them twice, cut anywhere
    between    time passes (less than it takes to settle), the state goes through bytes,
               or the process dies and starts from what was frozen and its journal
    """
    spans = all_spans(name)
    given_spans = [*spans, *chance.choices(spans, k=chance.randrange(6))]
    chance.shuffle(given_spans)
    state, effects, now = State(), [], 100.0
    journal: list[tuple[ReducedSpan, float]] = []
    while given_spans:
        size = chance.randrange(1, len(given_spans) + 1)
        batch, given_spans = given_spans[:size], given_spans[size:]
        journal += [(one, now) for one in batch]
        state, some = step(state, batch, now, WAIT)
        effects += some
        now += chance.choice([0.0, 0.001, 4.0 / len(spans)])
        match chance.randrange(4):
            case 0:
                state = decode(encode(state, encode_span), decode_span, WAIT)
            case 1:
                state = restore(freeze(state), journal, WAIT)
            case 2:
                report(state, now, WAIT)
    state, some = drain(state, now, WAIT)
    effects += some
    assert finished(effects) == at_once(spans)
    counted = [effect.handoff_key for effect in effects if isinstance(effect, HandoffSettled)]
    assert len(counted) == len(set(counted))
    assert len(counted) == sum(len(one.handoffs) for one in at_once(spans))


def crowd(chance: Random) -> list[ReducedSpan]:
    """A few customers at once, with and without keys, some of them guessed together."""
    spans: list[ReducedSpan] = []
    for one in range(chance.randrange(1, 7)):
        at = chance.uniform(0, 20)
        keys = chance.choice([[], [(CONVERSATION, f"c{one}")], [(SESSION, f"s{one}")]])
        order, paid = f"ORD-{one}777{one}", f"$1{one}9.90"
        answer = f"Refund of {paid} for {order} approved, to be paid by Friday."
        some = [chance.choice([keys, []]) for _ in range(2)]
        spans += turn(f"a{one}", "triage", at, asked=f"Order {order} broken, {paid}", keys=keys)
        spans += turn(
            f"b{one}", "refunds", at + 2, asked=f"{order}, {paid}", answered=answer, keys=some[0]
        )
        spans += turn(f"c{one}", "notify", at + 4, asked=f"Tell them: {answer}", keys=some[1])
        audit = [*keys, (CONVERSATION, f"x{one}")][:1]
        inside = turn_name("notify", at + 4)
        spans += turn(f"c{one}", "audit", at + 4.2, seconds=0.3, parent=inside, keys=audit)
    return spans


@settings(max_examples=10, deadline=None)
@given(st.randoms(use_true_random=False))
def test_a_crowd_reports_the_same_however_it_comes_and_leaves_nothing_behind(
    chance: Random,
) -> None:
    """Shuffled, repeated, cut; settled and closed by time; restarted in between."""
    spans = crowd(chance)
    given_spans = [*spans, *chance.choices(spans, k=5)]
    chance.shuffle(given_spans)
    state, effects, now = State(), list[Effect](), 100.0
    journal: list[tuple[ReducedSpan, float]] = []
    while given_spans:
        size = chance.randrange(1, len(given_spans) + 1)
        batch, given_spans = given_spans[:size], given_spans[size:]
        journal += [(one, now) for one in batch]
        state, some = step(state, batch, now, WAIT)
        effects += some
        now += 4 / len(spans)
        if chance.random() < 0.3:
            state = restore(freeze(state), journal, WAIT)
    for wait in [0.7] * 30 + [2000]:
        now += wait
        state, some = step(state, [], now, WAIT)
        effects += some
        if chance.random() < 0.2:
            state = restore(freeze(state), journal, WAIT)
    assert finished(effects) == at_once(spans)
    counted = [effect.handoff_key for effect in effects if isinstance(effect, HandoffSettled)]
    assert len(counted) == len(set(counted)) == sum(len(s.handoffs) for s in at_once(spans))
    assert (len(state.pool.traces), len(state.pool.clusters), state.pool.size) == (0, 0, 0)
    assert (len(state.pool.index), len(state.pool.charges)) == (0, 0)


@pytest.mark.parametrize("name", [*JOURNEYS, *RECORDINGS])
def test_the_provisional_report_becomes_the_final_one(name: str) -> None:
    """What the page shows once all spans are in is what is exported in the end."""
    spans = all_spans(name)
    state, _ = step(State(), spans, 100.0, WAIT)
    shown = [(one.session_id, [h.measurement for h in one.handoffs]) for one in report(state, 100)]
    final = [(one.session_id, [h.measurement for h in one.handoffs]) for one in at_once(spans)]
    assert shown == final


@pytest.mark.parametrize("name", ["pydantic-ai__native__lossy", "native, one trace"])
def test_a_step_changes_nothing_that_it_was_given(name: str) -> None:
    """The old state answers as before, and the same step has the same result again."""
    spans = all_spans(name)
    first, _ = step(State(), spans[:4], 100.0, WAIT)
    before, frozen = report(first, 100.0, WAIT), encode(first, encode_span)
    once = step(first, spans[4:], 101.0, WAIT)
    again = step(first, spans[4:], 101.0, WAIT)
    assert (report(first, 100.0, WAIT), encode(first, encode_span)) == (before, frozen)
    assert once[1] == again[1]
    assert report(once[0], 101.0, WAIT) == report(again[0], 101.0, WAIT)


def run(
    timeline: list[tuple[float, list[ReducedSpan]]], settings: Settings = WAIT
) -> tuple[State, list[tuple[float, Effect]]]:
    """Play spans at their times; returns the state and when each effect came."""
    state, effects = State(), []
    for now, spans in timeline:
        state, some = step(state, spans, now, settings)
        effects += [(now, effect) for effect in some]
    return state, effects


def times(effects: list[tuple[float, Effect]], kind: type[Effect]) -> list[float]:
    """When effects of a kind came."""
    return [now for now, effect in effects if isinstance(effect, kind)]


def discarded(effects: list[tuple[float, Effect]]) -> Counter[str]:
    """How many spans were not measured, by reason."""
    counts: Counter[str] = Counter()
    for _, effect in effects:
        if isinstance(effect, Discarded):
            counts[effect.reason] += effect.count
    return counts


def ticks(
    until: float, every: float = 1.0, start: float = 0.0
) -> list[tuple[float, list[ReducedSpan]]]:
    """Time that passes without spans."""
    return [(start + every * n, []) for n in range(1, round((until - start) / every) + 1)]


def test_a_handoff_settles_once_nothing_changed_for_a_while() -> None:
    """Spans at 0, nothing after: both handoffs are counted when the wait is over, once."""
    _, effects = run([(0, refund()), *ticks(20)])
    assert times(effects, HandoffSettled) == [5, 5]


def test_spans_that_keep_coming_put_off_settling_only_where_they_change_something() -> None:
    """Another trace of the session goes on; the handoffs of this one settle all the same."""
    busy = [(float(n), turn("t9", "other", 100 + n, keys=[(SESSION, "s-1")])) for n in range(1, 30)]
    _, effects = run([(0, refund()), *busy])
    dataflow = [
        now
        for now, effect in effects
        if isinstance(effect, HandoffSettled) and effect.handoff.edge.rule == "dataflow"
    ]
    assert len(dataflow) == 2
    assert max(dataflow) <= 15


def test_a_native_handoff_settles_while_its_receiver_still_works() -> None:
    """The arrival is enough: the receiving turn may take an hour."""
    spans = refund()
    open_receiver = [one for one in spans if one.key != turn_key("t1", "shipping", 4)]
    _, effects = run([(0, open_receiver), *ticks(8)])
    assert times(effects, HandoffSettled) == [5, 5]


def test_a_foreign_handoff_waits_for_its_receiver_to_end() -> None:
    """Without its end more may come: tools that the receiver looks things up with."""
    facts = "Order ORD-48213, $129.90."
    shared = [(CONVERSATION, "c")]
    sender = turn("t1", "triage", 0, asked=facts, answered=facts, keys=shared)
    receiver = turn("t2", "billing", 3, asked=facts, keys=shared)
    early = [*sender, receiver[1]]
    state, effects = run([(0, early), *ticks(20)])
    assert times(effects, HandoffSettled) == []
    assert [one.verdict for one in verdicts(state)] == [Verdict.INTACT]
    _, effects = run([(0, early), *ticks(20), (20, receiver[:1]), *ticks(40, start=20)])
    assert times(effects, HandoffSettled) == [25]


def verdicts(state: State) -> list[Measurement]:
    """The measurements as they stand."""
    return [handoff.measurement for one in report(state, 0, WAIT) for handoff in one.handoffs]


def test_a_counted_number_never_changes() -> None:
    """A span that would have changed it is counted as late, and once."""
    spans = refund()
    triage = [one for one in spans if one.key == turn_key("t1", "triage", 0)]
    rest = [one for one in spans if one.key != turn_key("t1", "triage", 0)]
    state, effects = run([(0, rest), *ticks(10)])
    before = [effect.handoff for _, effect in effects if isinstance(effect, HandoffSettled)]
    assert before[0].measurement.verdict is Verdict.NOT_MEASURED
    more: list[tuple[float, Effect]] = []
    for now, batch in [(20.0, triage), *ticks(60, start=20)]:
        state, some = step(state, batch, now, WAIT)
        more += [(now, effect) for effect in some]
    assert times(more, HandoffSettled) == []
    assert discarded(more) == {"late": 1}
    (session,) = report(state, 60, WAIT)
    assert [one.measurement for one in session.handoffs] == [one.measurement for one in before]
    assert [turn.agent for turn in session.turns] == ["triage", "billing", "shipping"]


def test_a_session_closes_when_it_went_idle() -> None:
    """Spans at 0 and 600: closed 900 after the last; its spans may be forgotten then."""
    _, effects = run([(0, refund()[:3]), (600, refund()[3:]), *ticks(1600, every=50, start=600)])
    assert times(effects, SessionClosed) == [1500]
    (spans,) = [effect.spans for _, effect in effects if isinstance(effect, Forgotten)]
    assert sorted(spans) == sorted(one.key for one in refund())


def test_spans_of_a_closed_session_are_late() -> None:
    """They are counted, and the journal may forget them."""
    state, _ = run([(0, refund()), *ticks(1000, every=50)])
    late = turn("t1", "late", 50, keys=[(SESSION, "s-1")])
    state, effects = step(state, late, 1001, WAIT)
    assert effects == (Discarded("late", 2), Forgotten(tuple(one.key for one in late)))
    assert report(state, 1001, WAIT) == []


def test_a_new_trace_with_the_same_key_is_a_new_session() -> None:
    """The thread comes back after a night."""
    state, _ = run([(0, refund()), *ticks(1000, every=50)])
    state, _ = step(state, refund("s-1", "t2", at=2000), 2000, WAIT)
    (session,) = report(state, 2000, WAIT)
    assert (session.session_id, len(session.turns)) == ("s-1", 3)


def test_tombstones_are_forgotten_after_their_time() -> None:
    """Two generations: a trace is remembered at least for its time, at most for twice of it."""
    short = Settings(idle=10, remember=100, remember_traces=3)
    state, _ = run([(0, refund()), *ticks(20)], short)
    for number in range(1, 6):
        at = number * 101.0
        trace = f"t{number + 1}"
        state, _ = step(state, refund(f"s-{number}", trace, at), at, short)
        state, _ = step(state, [], at + 11, short)
    late = turn("t6", "late", 50)
    _, effects = step(state, late, 700, short)
    assert Discarded("late", 2) in effects
    _, effects = step(state, turn("t1", "late", 50), 700, short)
    assert effects == ()


def test_repeated_spans_are_counted_and_change_nothing() -> None:
    """Exporters send again what was not acknowledged in time."""
    spans = refund()
    state, _ = step(State(), spans, 0, WAIT)
    again, effects = step(state, spans, 1, WAIT)
    assert effects == (Discarded("duplicate", len(spans)),)
    assert report(again, 1, WAIT) == report(state, 1, WAIT)


def test_traces_without_agents_leave_with_a_reason() -> None:
    """A tool call that nobody made is no session, and is counted."""
    lonely = span("t1", "tool", 0, 1, role=Role.TOOL)
    state, effects = run([(0, [lonely]), *ticks(1000, every=50)])
    assert discarded(effects) == {"no_agent": 1}
    assert len(state.pool.traces) == 0


def test_a_session_has_a_limit() -> None:
    """What comes beyond it is counted as evicted, and the journal may forget it."""
    small = Settings(limits=Limits(spans=4))
    spans = refund()
    state, effects = run([(0, spans)], small)
    assert discarded(effects) == {"evicted": 1}
    assert [effect.spans for _, effect in effects if isinstance(effect, Forgotten)] == [
        (spans[-1].key,)
    ]
    other, effects = step(state, refund("s-2", "t2"), 1, small)
    assert Discarded("evicted", 1) in effects  # another session has an account of its own
    assert [one.spans for one in report(other, 1, small)] == [4, 4]


def test_when_memory_is_full_the_quietest_session_closes_first() -> None:
    """It is reported with what is known, not thrown away."""
    state, _ = run([(0, refund("s-1", "t1")), (1, refund("s-2", "t2"))])
    tight = Settings(total_bytes=int(state.pool.size * 1.2))
    _, effects = run(
        [(0, refund("s-1", "t1")), (1, refund("s-2", "t2")), (2, refund("s-3", "t3"))], tight
    )
    closed = [e.session.session_id for _, e in effects if isinstance(e, SessionClosed)]
    assert closed == ["s-1"]
    assert len(times(effects, HandoffSettled)) == 2


def test_a_guess_is_marked_and_can_be_switched_off() -> None:
    """A recording in which the conversation id changes where the context is lost."""
    spans = all_spans("pydantic-ai__native__lossy")
    (session,) = at_once(spans)
    assert [kind.name for kind in session.stitched_by] == ["CONVERSATION", "GUESS"]
    off = Settings(guess=False)
    state, _ = step(State(), spans, 0, off)
    assert len(report(state, 0, off)) == 2


def test_a_counted_guess_is_not_taken_back() -> None:
    """Another session that could have been meant comes too late to change the number."""
    spans = all_spans("pydantic-ai__native__lossy")
    state, effects = run([(0, spans), *ticks(12)])
    assert len(times(effects, HandoffSettled)) == 2
    earlier = [
        replace(one, trace_id=one.trace_id[::-1], keys=())
        for one in spans
        if one.agent != "notifications_agent"
    ]
    state, _ = step(state, earlier, 13, WAIT)
    sessions = report(state, 13, WAIT)
    assert sum(len(one.turns) == 3 for one in sessions) == 1


def test_restarting_keeps_counted_numbers_and_closed_sessions() -> None:
    """What was counted before a crash is not counted after it."""
    journal = [(one, 0.0) for one in refund()]
    state, effects = run([(0, refund()), *ticks(8)])
    assert len(times(effects, HandoffSettled)) == 2
    again = restore(freeze(state), journal, WAIT)
    assert report(again, 8, WAIT) == report(state, 8, WAIT)
    effects = []
    for now, _ in ticks(1000, every=10, start=8):
        again, some = step(again, [], now, WAIT)
        effects += [(now, effect) for effect in some]
    assert times(effects, HandoffSettled) == []
    (session,) = [effect.session for _, effect in effects if isinstance(effect, SessionClosed)]
    assert all(one.settled for one in session.handoffs)
    gone = restore(freeze(again), journal, WAIT)
    assert report(gone, 1000, WAIT) == []


def test_a_state_of_another_version_is_refused() -> None:
    """Better to begin anew, and to say so, than to misread."""
    with pytest.raises(ValueError, match="version"):
        restore(b'{"version": 99}', [], WAIT)


def test_sessions_of_one_customer_are_independent_of_their_neighbours() -> None:
    """A crowd around a session does not change its report."""
    alone = at_once(refund("s-1", "t1"))
    crowd = [one for n in range(2, 30) for one in refund(f"s-{n}", f"t{n}", at=n / 10)]
    among = [one for one in at_once([*refund("s-1", "t1"), *crowd]) if one.session_id == "s-1"]
    assert among == alone
