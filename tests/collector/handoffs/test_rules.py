"""Each rule on the smallest timeline that shows it, and which rule wins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from intact.model.measurement import Mode, Origin
from intact_collector.handoffs import detect
from intact_collector.model.session import Edge
from intact_collector.model.span import HandoffHint, ReducedSpan, Role
from intact_collector.sessions.turns import assemble_turns
from tests.collector.spans import NATIVE, agent, arrival, departure, key, span

MINUTE = 60_000_000_000


def edges(*spans: ReducedSpan) -> list[Edge]:
    return detect(assemble_turns(spans), spans)


def told(spans: Sequence[ReducedSpan]) -> list[tuple[str, str, str, str]]:
    names = {turn.key: turn.agent for turn in assemble_turns(spans)}
    return [(names[e.source], names[e.target], e.mode, e.rule) for e in edges(*spans)]


def from_parent(name: str, source: str, start: int, end: int, **more: object) -> ReducedSpan:
    return agent(name, start, end, hint=HandoffHint(source=source, target=name), **more)


# -- native ---------------------------------------------------------------------------------------


def test_an_arrival_with_a_link_is_a_handoff_from_there() -> None:
    """One process: no departure is needed."""
    spans = [
        agent("triage", 0, 9, dialect=NATIVE),
        agent("billing", 10, 30, dialect=NATIVE),
        arrival(
            "arrive",
            11,
            "billing",
            source="triage",
            target="billing",
            rule="dataflow",
            links=(key("triage"),),
        ),
    ]
    (edge,) = edges(*spans)
    assert told(spans) == [("triage", "billing", "pass_control", "dataflow")]
    assert (edge.origin, edge.at, edge.mark) == (Origin.DECLARED, key("arrive"), key("arrive"))
    assert (edge.time, edge.id) == (11, "h")


def test_a_departure_and_an_arrival_meet_by_their_id() -> None:
    """Two processes: the sender's clock says up to when it knew what it knew."""
    spans = [
        agent("triage", 0, 50, dialect=NATIVE),
        departure("gone", 20, "triage", source="triage", target="ship"),
        agent("shipping", 7, 30, trace="u", dialect=NATIVE),
        arrival("arrive", 8, "shipping", trace="u", source="triage", target="ship"),
    ]
    (edge,) = edges(*spans)
    assert (edge.source, edge.target) == (key("triage"), key("shipping", "u"))
    assert (edge.rule, edge.time) == ("explicit", 20)


def test_an_arrival_finds_its_sender_by_name_when_nothing_else_is_there() -> None:
    """The latest turn of that name that had begun."""
    spans = [
        agent("triage", 0, 5, id="t1", dialect=NATIVE),
        agent("triage", 6, 9, id="t2", dialect=NATIVE),
        agent("billing", 10, 30, dialect=NATIVE),
        arrival("arrive", 11, "billing", source="triage", target="billing"),
        agent("triage", 40, 50, id="t3", dialect=NATIVE),
    ]
    assert [edge.source for edge in edges(*spans)] == [key("t2")]


def test_an_arrival_whose_sender_nobody_saw_is_no_edge() -> None:
    """There is no turn to charge."""
    spans = [
        agent("billing", 10, 30, dialect=NATIVE),
        arrival("arrive", 11, "billing", source="triage", target="billing"),
    ]
    assert edges(*spans) == []


def test_a_departure_nobody_answered_leads_to_the_turn_that_began_under_it() -> None:
    """Also to one that a framework marks; else to the next of the name that was given."""
    sender = agent("triage", 0, 50, dialect=NATIVE)
    gone = departure("gone", 20, "triage", source="triage", target="ship")
    under = agent("Shipping Agent", 21, 40, parent="gone")
    assert told([sender, gone, under]) == [("triage", "Shipping Agent", "pass_control", "explicit")]
    named = agent("ship", 60, 70, trace="u")
    assert told([sender, gone, named]) == [("triage", "ship", "pass_control", "explicit")]
    earlier = agent("ship", 1, 2, trace="u")
    assert told([sender, gone, earlier]) == []


def test_contexts_of_two_agents_may_meet_in_one_turn() -> None:
    """A fan-in is two handoffs."""
    spans = [
        agent("prices", 0, 5, dialect=NATIVE),
        agent("stock", 0, 6, dialect=NATIVE),
        agent("offer", 10, 30, dialect=NATIVE),
        arrival("a1", 11, "offer", source="prices", target="offer", id="1", links=(key("prices"),)),
        arrival("a2", 12, "offer", source="stock", target="offer", id="2", links=(key("stock"),)),
    ]
    assert [e.source for e in edges(*spans)] == [key("prices"), key("stock")]


def test_a_call_gives_control_back_once_the_called_turn_ended_with_an_output() -> None:
    """One that is still open, or raised, has given nothing back."""
    caller = agent("triage", 0, 50, dialect=NATIVE)
    called = arrival(
        "arrive",
        11,
        "billing",
        source="triage",
        target="billing",
        rule="call",
        mode=Mode.RETURN_TO_CALLER,
        links=(key("triage"),),
    )
    raised = agent("billing", 10, 30, parent="triage", dialect=NATIVE)
    done = agent("billing", 10, 30, parent="triage", dialect=NATIVE, output={"a": "b"})
    there = ("triage", "billing", "return_to_caller", "call")
    assert told([caller, called]) == [there]
    assert told([caller, called, raised]) == [there]
    assert told([caller, called, done]) == [there, ("billing", "triage", "return", "call")]


# -- OpenInference --------------------------------------------------------------------------------


def test_the_latest_turn_of_the_named_sender_handed_over() -> None:
    """Agents that hand to and fro are found turn by turn."""
    spans = [
        agent("A", 0, 9, id="a1"),
        from_parent("B", "A", 10, 19, id="b1"),
        from_parent("A", "B", 20, 29, id="a2"),
        from_parent("B", "A", 30, 39, id="b2"),
    ]
    assert [(e.source, e.target) for e in edges(*spans)] == [
        (key("a1"), key("b1")),
        (key("b1"), key("a2")),
        (key("a2"), key("b2")),
    ]


def test_the_senders_own_handoff_span_is_pointed_at() -> None:
    """It says when control passed; alone it is enough."""
    mark = span("gone", 8, 9, role=Role.HANDOFF, parent="A", hint=HandoffHint(target="B"))
    (both,) = edges(agent("A", 0, 9), mark, from_parent("B", "A", 10, 19))
    assert (both.rule, both.at, both.time) == ("graph.node.parent_id", key("gone"), 8)
    (alone,) = edges(agent("A", 0, 9), mark, agent("B", 10, 19))
    assert (alone.rule, alone.origin) == ("handoff_tool", Origin.DECLARED)


# -- LangGraph ------------------------------------------------------------------------------------


def run(name: str, start: int, end: int, number: int, **more: object) -> list[ReducedSpan]:
    """A node run with a model call in it."""
    where = f"{name}:{number}"
    return [
        span(where, start, end, run=where, agent=name, **more),  # type: ignore[arg-type]
        span(f"m{number}", start, end, role=Role.MODEL, parent=where, run=where, agent=name),
    ]


def goto(target: str) -> HandoffHint:
    return HandoffHint(target=target, rule="command.goto")


def test_a_command_leads_to_the_next_run_of_its_node_once() -> None:
    """However many spans show the same command."""
    tool = span(
        "tool", 7, 8, role=Role.HANDOFF, parent="triage:1", run="triage:1", hint=goto("billing")
    )
    spans = [*run("triage", 0, 9, 1, hint=goto("billing")), tool, *run("billing", 10, 20, 2)]
    assert told(spans) == [("triage", "billing", "pass_control", "command.goto")]


def test_a_command_to_a_function_or_to_the_end_is_no_handoff() -> None:
    """Nobody received anything."""
    assert edges(*run("triage", 0, 9, 1, hint=goto("cleanup"))) == []


def test_a_command_names_the_node_though_the_agent_has_another_name() -> None:
    """A node may hold a compiled agent."""
    spans = [
        *run("triage", 0, 9, 1, hint=goto("step")),
        span("step:2", 10, 20, run="step:2", agent="step"),
        agent("Billing", 11, 19, parent="step:2", run="step:2"),
    ]
    assert told(spans) == [("triage", "Billing", "pass_control", "command.goto")]


# -- nesting --------------------------------------------------------------------------------------


def nested(*, again: bool = True) -> list[ReducedSpan]:
    spans = [
        agent("triage", 0, 100),
        span("m1", 1, 9, role=Role.MODEL, parent="triage"),
        span("tool", 10, 50, role=Role.TOOL, parent="triage"),
        agent("billing", 11, 49, parent="tool"),
        span("m3", 12, 20, role=Role.MODEL, parent="billing"),
    ]
    return [*spans, span("m2", 60, 70, role=Role.MODEL, parent="triage")] if again else spans


def test_an_agent_inside_a_tool_is_called_and_gives_control_back() -> None:
    """Two edges, both inferred, both pointing at the tool."""
    there, back = edges(*nested())
    assert (there.mode, back.mode) == (Mode.RETURN_TO_CALLER, Mode.RETURN)
    assert (there.time, back.time) == (10, 50)
    assert {there.at, back.at, there.mark, back.mark} == {key("tool")}
    assert {there.origin, back.origin} == {Origin.INFERRED}


def test_a_caller_that_never_speaks_again_passed_control() -> None:
    """An output function: the tool's result is the caller's own answer."""
    assert told(nested(again=False)) == [("triage", "billing", "pass_control", "tool_nesting")]


def test_a_called_agent_that_passes_control_inside_the_tool_is_answered_for_by_the_last() -> None:
    """There is one way back, from who spoke last."""
    more = [from_parent("shipping", "billing", 30, 45, parent="tool")]
    spans = [*nested(), *more]
    assert told(spans) == [
        ("triage", "billing", "return_to_caller", "tool_nesting"),
        ("billing", "shipping", "pass_control", "graph.node.parent_id"),
        ("shipping", "triage", "return", "tool_nesting"),
    ]


def test_agents_called_one_after_another_hand_nothing_to_each_other() -> None:
    """Also while the span of the caller, or of its tool's caller, is missing."""
    second = [
        span("tool2", 71, 90, role=Role.TOOL, parent="triage"),
        agent("shipping", 72, 89, parent="tool2"),
        span("m4", 91, 95, role=Role.MODEL, parent="triage"),
    ]
    whole = [*nested(), *second]
    assert not [one for one in told(whole) if one[:2] == ("billing", "shipping")]
    assert told([one for one in whole if one.key != key("triage")]) == []


def test_an_agent_directly_inside_another_is_a_part_of_its_work() -> None:
    """A decorator around a framework's run hands nothing over."""
    assert edges(agent("desk", 0, 50, dialect=NATIVE), agent("triage", 1, 40, parent="desk")) == []


# -- sequence -------------------------------------------------------------------------------------


def test_agents_side_by_side_pass_control_in_order() -> None:
    """In one trace, also under a turn of the application's own."""
    spans = [
        agent("desk", 0, 99, dialect=NATIVE),
        agent("A", 1, 9, parent="desk"),
        agent("B", 10, 19, parent="desk"),
        agent("C", 20, 29, parent="desk"),
    ]
    assert told(spans) == [
        ("A", "B", "pass_control", "sequence"),
        ("B", "C", "pass_control", "sequence"),
    ]


def test_agents_side_by_side_at_the_same_time_hand_nothing_to_each_other() -> None:
    """Each took over from who was done before it began; who waits for both took from the last."""
    spans = [agent("A", 0, 9), agent("B", 10, 19), agent("C", 11, 25), agent("D", 30, 40)]
    assert [one[:2] for one in told(spans)] == [("A", "B"), ("A", "C"), ("C", "D")]


def test_runs_of_one_conversation_follow_each_other_over_traces() -> None:
    """Within a minute."""
    first = agent("A", 0, 9, trace="t1")
    assert told([first, agent("B", 10, 19, trace="t2")]) == [("A", "B", "pass_control", "sequence")]
    assert told([first, agent("B", 10 + MINUTE, 19 + MINUTE, trace="t2")]) == []


def test_the_users_next_message_is_no_handoff() -> None:
    """It begins with the agent that opened the session, or goes on with the one that spoke."""
    again = [
        agent("triage", 0, 9, trace="t1", id="a"),
        agent("billing", 10, 19, trace="t2", id="b"),
        agent("triage", 30, 39, trace="t3", id="c"),
        agent("billing", 40, 49, trace="t4", id="d"),
        agent("billing", 60, 69, trace="t5", id="e"),
    ]
    assert told(again) == [("triage", "billing", "pass_control", "sequence")] * 2


def test_nothing_is_inferred_between_turns_that_the_library_marked() -> None:
    """They declare their handoffs."""
    assert edges(agent("A", 0, 9, dialect=NATIVE), agent("B", 10, 19, dialect=NATIVE)) == []


def test_the_stronger_rule_wins() -> None:
    """What is declared is not inferred a second time, not even from another turn."""
    spans = [
        agent("A", 0, 5),
        agent("B", 6, 9),
        from_parent("C", "A", 10, 19),
        arrival("arrive", 11, "C", source="A", target="C", links=(key("A"),)),
    ]
    assert told(spans) == [
        ("A", "B", "pass_control", "sequence"),
        ("A", "C", "pass_control", "explicit"),
    ]


def test_a_worker_gives_control_back_to_its_supervisor() -> None:
    """The supervisor's command is declared, the way back is an edge of the graph."""
    spans = [
        *run("supervisor", 0, 9, 1, hint=goto("worker")),
        *run("worker", 10, 19, 2),
        *run("supervisor", 20, 29, 3),
    ]
    assert told(spans) == [
        ("supervisor", "worker", "pass_control", "command.goto"),
        ("worker", "supervisor", "return", "sequence"),
    ]


# -- transfers ------------------------------------------------------------------------------------


def hinted(rule: str, target: str | None = None, **more: object) -> HandoffHint:
    return HandoffHint(target=target, rule=rule, **more)  # type: ignore[arg-type]


def test_a_transfer_tool_leads_to_the_agent_that_it_names() -> None:
    """In the spelling of a tool's name; the one beside it that began meanwhile is not meant."""
    spans = [
        agent("Triage", 0, 9),
        span(
            "go", 5, 6, role=Role.HANDOFF, parent="Triage", hint=hinted("transfer_tool", "ship_it")
        ),
        agent("Billing", 10, 20),
        agent("Ship It", 30, 40),
    ]
    (edge, *_) = edges(*spans)
    assert (edge.target, edge.origin, edge.rule) == (
        key("Ship It"),
        Origin.DECLARED,
        "transfer_tool",
    )


def test_a_transfer_tool_without_a_name_leads_to_the_next_agent_beside() -> None:
    """Content is off: it starts when the tool is done, and is another agent."""
    spans = [
        agent("triage", 0, 30, parent="run"),
        span("go", 5, 6, role=Role.HANDOFF, parent="triage", hint=hinted("transfer_tool")),
        agent("early", 2, 4, parent="run"),
        agent("triage", 31, 32, id="again", parent="run"),
        agent("billing", 40, 50, parent="run"),
    ]
    assert ("triage", "billing", "pass_control", "transfer_tool") in told(spans)
    assert not [one for one in told(spans) if one[1] == "early" and one[3] == "transfer_tool"]


def test_a_call_in_an_answer_needs_an_agent_of_that_name() -> None:
    """A bank's tool that sends money to savings is no handoff."""
    call = span(
        "m", 1, 8, role=Role.MODEL, parent="triage", hint=hinted("transfer_call", "savings")
    )
    spans = [agent("triage", 0, 9), call, agent("billing", 10, 20)]
    assert told(spans) == [("triage", "billing", "pass_control", "sequence")]
    (edge,) = edges(*spans[:2], agent("Savings", 10, 20))
    assert (edge.rule, edge.origin) == ("transfer_call", Origin.INFERRED)


def test_attributes_on_the_receiver_name_its_sender() -> None:
    """Of two turns of that name the one before it."""
    hint = hinted("handoff_attributes", "billing", source="triage", mode=Mode.RETURN_TO_CALLER)
    spans = [agent("triage", 0, 9), agent("billing", 10, 20, hint=hint)]
    assert told(spans) == [("triage", "billing", "return_to_caller", "handoff_attributes")]


def test_a_mark_that_names_another_sender_lies_in_the_wrong_place() -> None:
    """Some instrumentations find the parent by a name that concurrent runs share."""
    astray = hinted("handoff_attributes", "billing", source="triage")
    spans = [
        agent("other", 0, 9),
        span("go", 5, 6, role=Role.HANDOFF, parent="other", hint=astray),
        agent("billing", 10, 20),
    ]
    assert [one[3] for one in told(spans)] == ["sequence"]


def test_a_mark_outside_of_its_sender_is_found_by_the_name() -> None:
    """With no target yet, since it was written before that was known: the next agent beside."""
    mark = span("go", 9, 9, role=Role.HANDOFF, hint=hinted("handoff_attributes", source="triage"))
    spans = [agent("triage", 0, 9), mark, agent("billing", 10, 20)]
    assert told(spans) == [("triage", "billing", "pass_control", "handoff_attributes")]


# -- directly inside, remote, links ---------------------------------------------------------------


def inside(*, spoke: bool = True, **more: object) -> list[ReducedSpan]:
    first = [span("m1", 1, 9, role=Role.MODEL, parent="boss")] if spoke else []
    return [
        agent("boss", 0, 100),
        *first,
        span("step", 10, 60, parent="boss"),
        agent("worker", 11, 50, parent="step", **more),
        span("m2", 12, 20, role=Role.MODEL, parent="worker"),
        span("m3", 70, 80, role=Role.MODEL, parent="boss"),
    ]


def test_an_agent_inside_one_that_spoke_is_called_and_gives_control_back() -> None:
    """There is no tool between them to point at: the agent's own span is."""
    there, back = edges(*inside())
    assert (there.rule, there.mode, back.mode) == (
        "agent_nesting",
        Mode.RETURN_TO_CALLER,
        Mode.RETURN,
    )
    assert (there.at, there.time, back.time) == (key("worker"), 11, 50)


def test_a_workflow_around_agents_hands_nothing_over() -> None:
    """It never called a model itself before they ran."""
    assert edges(*inside(spoke=False)) == []


def test_an_agent_of_another_service_was_called() -> None:
    """Whatever the two are made with, and though the caller shows no model call."""
    spans = [
        replace(one, service="shop" if one.agent != "worker" else "refunds")
        for one in inside(spoke=False, dialect="pydantic_ai")
    ]
    assert [one[:2] + one[3:] for one in told(spans)] == [
        ("boss", "worker", "remote_call"),
        ("worker", "boss", "remote_call"),
    ]


def test_a_link_leads_to_the_agent_beside_the_message() -> None:
    """Of a broadcast only the receiver in which an agent ran has received."""
    spans = [
        span("ex1", 0, 20, parent="flow"),
        agent("triage", 1, 9, parent="ex1"),
        span("send", 10, 11, parent="ex1"),
        span("ex2", 12, 13, parent="flow", links=(key("send"),)),
        span("ex3", 12, 40, parent="flow", links=(key("send"),)),
        agent("billing", 14, 39, parent="ex3"),
    ]
    (edge,) = edges(*spans)
    assert (edge.source, edge.target, edge.rule) == (key("triage"), key("billing"), "span_link")
    assert (edge.at, edge.origin) == (key("send"), Origin.INFERRED)
