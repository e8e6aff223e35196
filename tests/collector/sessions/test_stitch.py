"""Which turns are one session: the rules, one after another."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from intact_collector.model.span import HandoffHint, KeyKind, ReducedSpan, Role
from intact_collector.sessions.stitch import Group, Pin, stitch
from intact_collector.sessions.turns import assemble_turns
from tests.collector.journeys import CONVERSATION, SECOND, SESSION, key, span, turn, turn_key

QUARTER = 15 * 60


def groups(spans: list[ReducedSpan], *pins: Pin, idle: int = QUARTER) -> list[Group]:
    """Stitch what these spans show."""
    held = {one.key: one for one in spans}
    return stitch(assemble_turns(spans), held, pins=pins, idle=idle * SECOND)


def agents(found: list[Group]) -> list[list[str]]:
    """Who is in which session."""
    return [[turn.agent for turn in group.turns] for group in found]


def reasons(group: Group) -> list[str]:
    """Why, as it is printed."""
    return [kind.name.lower() for kind in group.reasons]


def test_a_session_id_joins_traces_and_is_printed() -> None:
    """The developer's own id is the strongest key."""
    spans = [
        *turn("t1", "triage", 0, keys=[(SESSION, "s-1")]),
        *turn("t2", "billing", 10, keys=[(SESSION, "s-1")]),
        *turn("t3", "triage", 20, keys=[(SESSION, "s-2")]),
    ]
    found = groups(spans)
    assert agents(found) == [["triage", "billing"], ["triage"]]
    assert [group.session_id for group in found] == ["s-1", "s-2"]
    assert reasons(found[0]) == ["session"]


def test_a_conversation_joins_traces() -> None:
    """Runs that share a conversation id are one session."""
    spans = [
        *turn("t1", "triage", 0, keys=[(CONVERSATION, "c")]),
        *turn("t2", "billing", 10, keys=[(CONVERSATION, "c")]),
    ]
    (found,) = groups(spans)
    assert (found.session_id, reasons(found)) == ("c", ["conversation"])


def test_without_keys_a_trace_is_a_session() -> None:
    """The id then names the earliest trace."""
    spans = [*turn("t2", "b", 5), *turn("t1", "a", 0), *turn("t1", "b", 3)]
    found = groups(spans)
    assert agents(found) == [["a", "b"], ["b"]]
    assert found[0].session_id == "trace:" + key("t1", "x")[0].hex()
    assert reasons(found[0]) == ["trace"]


def test_a_trace_does_not_join_different_conversations() -> None:
    """A batch job runs many conversations in one trace."""
    spans = [
        *turn("t1", "triage", 0, keys=[(CONVERSATION, "c1")]),
        *turn("t1", "triage", 5, keys=[(CONVERSATION, "c2")]),
        *turn("t1", "other", 9),
    ]
    assert agents(groups(spans)) == [["triage"], ["triage"], ["other"]]


def test_a_trace_joins_a_turn_without_keys_to_the_only_conversation() -> None:
    """Tools and helpers often carry no id of their own."""
    spans = [*turn("t1", "a", 0, keys=[(CONVERSATION, "c")]), *turn("t1", "b", 5)]
    (found,) = groups(spans)
    assert (found.session_id, reasons(found)) == ("c", ["conversation", "trace"])


def test_keys_are_inherited_from_ancestors() -> None:
    """An id on the root span holds for everything below it."""
    root = span("t1", "root", 0, 30, role=Role.OTHER, keys=[(CONVERSATION, "c1")])
    other = span("t1", "root2", 0, 30, role=Role.OTHER, keys=[(CONVERSATION, "c2")])
    spans = [root, other, *turn("t1", "a", 1, parent="root"), *turn("t1", "b", 5, parent="root2")]
    assert [group.session_id for group in groups(spans)] == ["c1", "c2"]


def test_a_delegated_run_with_its_own_conversation_stays_with_its_caller() -> None:
    """Parent and child over a handoff are one session; the caller's id is printed."""
    spans = [
        *turn("t1", "triage", 0, seconds=20, keys=[(CONVERSATION, "c1")]),
        *turn("t1", "refunds", 5, keys=[(CONVERSATION, "c2")], parent="tri0"),
        *turn("t1", "notify", 9, keys=[(CONVERSATION, "c3")], parent="tri0"),
    ]
    (found,) = groups(spans)
    assert (found.session_id, reasons(found)) == ("c1", ["conversation", "trace"])


def test_a_dispatcher_of_several_users_joins_none_of_them() -> None:
    """A turn that calls turns of different explicit sessions is no part of either."""
    spans = [
        *turn("t1", "dispatch", 0, seconds=20),
        *turn("t1", "worker", 5, keys=[(SESSION, "anna")], parent="dis0"),
        *turn("t1", "worker", 9, keys=[(SESSION, "bert")], parent="dis0"),
    ]
    ids = [group.session_id for group in groups(spans)]
    assert ids[1:] == ["anna", "bert"]
    assert len(ids) == 3


def test_a_weaker_key_does_not_join_what_a_stronger_one_keeps_apart() -> None:
    """Everyone's thread is called "1"; their sessions differ."""
    spans = [
        *turn("t1", "a", 0, keys=[(SESSION, "anna"), (CONVERSATION, "1")]),
        *turn("t2", "a", 5, keys=[(SESSION, "bert"), (CONVERSATION, "1")]),
    ]
    assert [group.session_id for group in groups(spans)] == ["anna", "bert"]


def test_a_conversation_brings_a_turn_to_the_session_that_has_it() -> None:
    """One service knows both ids, another only the conversation."""
    spans = [
        *turn("t1", "a", 0, keys=[(SESSION, "anna"), (CONVERSATION, "c")]),
        *turn("t2", "b", 5, keys=[(CONVERSATION, "c")]),
    ]
    (found,) = groups(spans)
    assert (found.session_id, reasons(found)) == ("anna", ["session", "conversation"])


def test_keys_hold_within_one_environment() -> None:
    """Thread "1" of staging is not thread "1" of production."""
    spans = [
        *turn("t1", "a", 0, keys=[(CONVERSATION, "1")], scope="staging/"),
        *turn("t2", "b", 5, keys=[(CONVERSATION, "1")], scope="production/"),
    ]
    assert len(groups(spans)) == 2


def test_a_key_holds_within_the_idle_window() -> None:
    """Thread "1" of today is not thread "1" of yesterday."""
    spans = [
        *turn("t1", "a", 0, keys=[(CONVERSATION, "1")]),
        *turn("t2", "b", 600, keys=[(CONVERSATION, "1")]),
        *turn("t3", "a", 90_000, keys=[(CONVERSATION, "1")]),
    ]
    assert agents(groups(spans)) == [["a", "b"], ["a"]]


def test_a_long_silence_inside_one_trace_does_not_split_it() -> None:
    """An agent may wait an hour for a person's approval."""
    spans = [
        *turn("t1", "a", 0, keys=[(CONVERSATION, "c")]),
        *turn("t1", "b", 4000, keys=[(CONVERSATION, "c")]),
    ]
    assert agents(groups(spans)) == [["a", "b"]]


def test_a_handoff_mark_joins_the_turn_that_it_links_to() -> None:
    """A queue breaks the trace; the link remembers."""
    mark = span(
        "t2",
        "mark",
        5,
        5,
        role=Role.ARRIVAL,
        parent="b5",
        dialect="intact",
        links=[turn_key("t1", "a", 0)],
        handoff=HandoffHint(source="a", target="b"),
    )
    spans = [*turn("t1", "a", 0), *turn("t2", "b", 5), mark]
    (found,) = groups(spans)
    assert reasons(found) == ["link", "trace"]


def test_a_handoff_id_joins_both_of_its_ends() -> None:
    """Departure and arrival carry one id, whatever became of the trace context between."""
    hint = HandoffHint(id="h-1", source="a", target="b")
    spans = [
        *turn("t1", "a", 0),
        span("t1", "out", 0, 0, role=Role.HANDOFF, parent="a0", dialect="intact", handoff=hint),
        *turn("t2", "b", 5),
        span("t2", "in", 5, 5, role=Role.ARRIVAL, parent="b5", dialect="intact", handoff=hint),
    ]
    (found,) = groups(spans)
    assert KeyKind.LINK in found.reasons


def test_links_of_a_batch_join_nobody_who_differs() -> None:
    """A consumer that links to all its producers does not make one session of them."""
    spans = [
        *turn("t1", "a", 0, keys=[(CONVERSATION, "c1")]),
        *turn("t2", "a", 1, keys=[(CONVERSATION, "c2")]),
        *turn("t3", "batch", 5, links=[key("t1", "a0"), key("t2", "a1")]),
    ]
    assert len(groups(spans)) == 3
    alone = [*spans[:2], *turn("t3", "batch", 5, links=[key("t1", "a0")])]
    assert agents(groups(alone)) == [["a", "batch"]]


def test_turns_of_a_counted_handoff_stay_together() -> None:
    """What was counted once cannot be told otherwise later."""
    spans = [
        *turn("t1", "a", 0, keys=[(CONVERSATION, "c1")]),
        *turn("t2", "b", 1, keys=[(CONVERSATION, "c2")]),
    ]
    pin = Pin(key("t1", "a0"), key("t2", "b1"), guessed=True)
    (found,) = groups(spans, pin)
    assert reasons(found) == ["conversation", "guess"]


values = st.sampled_from(["1", "2", "3"])
maybe_keys = st.lists(
    st.tuples(st.sampled_from([SESSION, CONVERSATION]), values),
    max_size=2,
    unique_by=lambda k: k[0],
)
loose_turns = st.lists(
    st.tuples(st.sampled_from(["t1", "t2", "t3"]), st.sampled_from(["a", "b"]), maybe_keys),
    min_size=1,
    max_size=8,
)


@given(loose_turns, st.randoms())
def test_sessions_partition_the_turns_whatever_their_order(
    drawn: list[tuple[str, str, list[tuple[KeyKind, str]]]], chance: Random
) -> None:
    """Every turn is in one session; the order in which spans are given does not matter."""
    spans = [
        one
        for at, (trace, agent, keys) in enumerate(drawn)
        for one in turn(trace, agent, at * 5, keys=keys)
    ]
    found = groups(spans)
    keys = [turn.key for group in found for turn in group.turns]
    assert sorted(keys) == sorted(turn.key for turn in assemble_turns(spans))
    shuffled = list(spans)
    chance.shuffle(shuffled)
    assert groups(shuffled) == found


@given(loose_turns)
def test_two_session_ids_never_share_a_session_without_a_call_between_them(
    drawn: list[tuple[str, str, list[tuple[KeyKind, str]]]],
) -> None:
    """Whatever else they share: explicit ids keep users apart."""
    spans = [
        one
        for at, (trace, agent, keys) in enumerate(drawn)
        for one in turn(trace, agent, at * 5, keys=keys)
    ]
    for group in groups(spans):
        assert len(group.explicit) <= 1
