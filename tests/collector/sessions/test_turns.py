"""One turn for each invocation of an agent, from whatever has arrived of its spans."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from intact_collector.model.span import ReducedSpan, Role
from intact_collector.sessions.turns import assemble_turns
from tests.collector.spans import NATIVE, agent, arrival, departure, key, span
from tests.golden.recordings import by_session, reduced


def names(spans: list[ReducedSpan]) -> list[str]:
    return [turn.agent for turn in assemble_turns(spans)]


def test_spans_belong_to_the_nearest_agent_above() -> None:
    """A delegate's spans are its own; the tool that called it is the caller's."""
    spans = [
        agent("triage", 0, 100),
        span("model", 1, 9, role=Role.MODEL, parent="triage"),
        span("tool", 10, 50, role=Role.TOOL, parent="triage"),
        agent("billing", 11, 49, parent="tool"),
        span("inner", 12, 20, role=Role.MODEL, parent="billing"),
    ]
    triage, billing = assemble_turns(spans)
    assert set(triage.spans) == {key("triage"), key("model"), key("tool")}
    assert set(billing.spans) == {key("billing"), key("inner")}
    assert (triage.parent, billing.parent) == (None, triage.key)
    assert (triage.root, billing.root) == (True, False)


def test_spans_of_one_agent_inside_each_other_are_one_turn() -> None:
    """A node and the compiled agent in it; a decorator around a framework's own span."""
    spans = [
        agent("triage", 0, 100, dialect=NATIVE),
        span("chain", 1, 99, parent="triage"),
        agent("triage", 2, 98, id="again", parent="chain"),
        span("model", 3, 9, role=Role.MODEL, parent="again"),
    ]
    (turn,) = assemble_turns(spans)
    assert turn.key == key("triage")
    assert (turn.start, turn.end, len(turn.spans)) == (0, 100, 4)


def test_an_agent_that_calls_itself_through_a_tool_runs_twice() -> None:
    """And so does one that another agent in between calls."""
    through_a_tool = [
        agent("solver", 0, 100),
        span("tool", 10, 90, role=Role.TOOL, parent="solver"),
        agent("solver", 11, 89, id="inner", parent="tool"),
    ]
    assert names(through_a_tool) == ["solver", "solver"]
    through_another = [
        agent("a", 0, 100),
        agent("b", 1, 99, parent="a"),
        agent("a", 2, 98, id="inner", parent="b"),
    ]
    assert names(through_another) == ["a", "b", "a"]


def node(name: str, start: int, end: int, run: str, **more: object) -> ReducedSpan:
    """A node run of a graph: its span names it, but only what runs in it makes it an agent."""
    return span(name, start, end, run=run, agent=run.partition(":")[0], **more)  # type: ignore[arg-type]


def test_a_node_run_without_a_model_is_a_function() -> None:
    """A router or a clean-up step hands nothing over."""
    spans = [
        node("router", 0, 9, "router:1"),
        node("billing", 10, 30, "billing:2"),
        span("model", 11, 20, role=Role.MODEL, parent="billing", run="billing:2", agent="billing"),
    ]
    (turn,) = assemble_turns(spans)
    assert (turn.agent, turn.key, turn.ended) == ("billing", key("billing"), True)


def test_a_node_takes_the_name_of_the_compiled_agent_in_it() -> None:
    """The turn keeps the span of the node, which began first."""
    spans = [
        node("node", 0, 100, "step_two:1"),
        agent("billing", 1, 99, parent="node", run="step_two:1"),
        span("model", 2, 20, role=Role.MODEL, parent="billing", run="step_two:1", agent="billing"),
    ]
    (turn,) = assemble_turns(spans)
    assert (turn.agent, turn.key) == ("billing", key("node"))


def test_several_agents_in_one_node_are_a_turn_each() -> None:
    """Their spans are told apart by descent."""
    spans = [
        node("team", 0, 100, "team:1"),
        agent("one", 1, 40, parent="team", run="team:1"),
        span("m1", 2, 20, role=Role.MODEL, parent="one", run="team:1", agent="one"),
        agent("two", 50, 90, parent="team", run="team:1"),
        span("m2", 51, 80, role=Role.MODEL, parent="two", run="team:1", agent="two"),
    ]
    one, two = assemble_turns(spans)
    assert (one.agent, two.agent) == ("one", "two")
    assert key("m1") in one.spans
    assert key("m2") in two.spans


def test_a_turn_is_there_before_its_own_span() -> None:
    """Children arrive first. The key is that of the missing span, so the turn stays the same."""
    model = span("model", 1, 9, role=Role.MODEL, parent="billing", run="run-1", agent="billing")
    (early,) = assemble_turns([model])
    assert (early.agent, early.key, early.ended) == ("billing", key("billing"), False)
    assert (early.start, early.end) == (1, 9)
    (late,) = assemble_turns([model, agent("billing", 0, 30, run="run-1")])
    assert (late.key, late.ended, late.start, late.end) == (early.key, True, 0, 30)


def test_an_arrival_tells_of_its_turn_while_that_still_works() -> None:
    """Its parent is the receiving turn, its link the sending one."""
    spans = [
        arrival("arrive", 20, "billing", source="triage", target="billing", links=(key("triage"),))
    ]
    triage, billing = assemble_turns(spans)
    assert (triage.agent, triage.key, triage.ended) == ("triage", key("triage"), False)
    assert (billing.agent, billing.key, billing.ended) == ("billing", key("billing"), False)
    assert billing.spans == (key("arrive"),)


def test_a_departure_and_a_context_span_tell_of_the_turn_they_stand_in() -> None:
    """The turn's own word for its name counts more than what others call it."""
    told = span("told", 5, 5, parent="open", dialect=NATIVE, agent="Triage")
    gone = departure("gone", 6, "open", source="triage", target="billing")
    assert names([gone]) == ["triage"]
    assert names([gone, told]) == ["Triage"]


def test_an_arrival_told_before_its_agent_ran_belongs_to_that_agent() -> None:
    """As the agent's parent, or as its elder sibling under the sender's departure."""
    departed = departure("gone", 6, "triage", source="triage", target="billing")
    sibling = arrival("arrive", 10, "gone", source="triage", target="billing")
    spans = [agent("triage", 0, 9), departed, sibling, agent("billing", 11, 30, parent="gone")]
    triage, billing = assemble_turns(spans)
    assert set(billing.spans) == {key("billing"), key("arrive")}
    under = [*spans[:3], agent("billing", 11, 30, parent="arrive")]
    assert set(assemble_turns(under)[1].spans) == {key("billing"), key("arrive")}
    open_turn = assemble_turns(spans[:3])[1]
    assert (open_turn.agent, open_turn.ended) == ("billing", False)
    assert triage.key == key("triage")


def test_a_ring_of_parents_ends() -> None:
    """Ids come from outside: nothing may hang, and the answer does not depend on the order."""
    spans = [
        agent("a", 0, 10, parent="c"),
        agent("a", 1, 9, id="b", parent="a"),
        agent("a", 2, 8, id="c", parent="b"),
        span("self", 3, 4, parent="self"),
    ]
    expected = assemble_turns(spans)
    assert len(expected) == 1
    assert assemble_turns(spans[::-1]) == expected


def test_deep_traces_are_walked_without_recursion() -> None:
    """A chain of spans may be longer than Python's stack."""
    spans = [agent("a", 0, 9999)]
    parent = "a"
    for index in range(5000):
        spans.append(span(f"s{index}", index, 9999, parent=parent))
        parent = f"s{index}"
    assert len(assemble_turns(spans)[0].spans) == 5001


RECORDED = [
    "openai-agents__openinference__lossy",
    "pydantic-ai__native__delegation",
    "langgraph__openinference__swarm_full",
]


@given(st.sampled_from(RECORDED), st.integers(), st.data())
def test_any_part_in_any_order_gives_the_same_turns(
    name: str, seed: int, data: st.DataObject
) -> None:
    """At every moment of an arrival, order and repetition mean nothing."""
    spans = by_session(reduced(name))[0]
    some = data.draw(st.lists(st.sampled_from(spans), max_size=len(spans)))
    shuffled = [*some, *some[::2]]
    random.Random(seed).shuffle(shuffled)
    turns = assemble_turns(some)
    assert assemble_turns(shuffled) == turns
    owned = [one for turn in turns for one in turn.spans]
    assert len(owned) == len(set(owned))
    assert [(t.start, t.end, t.key) for t in turns] == sorted(
        (t.start, t.end, t.key) for t in turns
    )
