"""What was known, sent and received at a handoff, and why a side cannot be trusted."""

from __future__ import annotations

from intact.measure import measure
from intact.model.evidence import Evidence
from intact.model.fingerprint import Fingerprint
from intact.model.measurement import Mode, Reason, Verdict
from intact_collector.handoffs import observe
from intact_collector.model.span import HandoffHint, ReducedSpan, Role
from intact_collector.sessions.turns import assemble_turns
from tests.collector.spans import NATIVE, agent, arrival, departure, fingerprint, key, span

ORDER = {"order": {"id": "A-1042"}, "refund_by": "2027-03-01"}
LESS = {"order": {"id": "A-1042"}}
MORE = {**ORDER, "approved": "R-7731"}


def evidence(*spans: ReducedSpan) -> list[Evidence]:
    """Of every edge, in their order."""
    return [one for _, one in observe(assemble_turns(spans), spans)]


def model(name: str, start: int, end: int, parent: str, **sides: object) -> ReducedSpan:
    return span(name, start, end, role=Role.MODEL, parent=parent, **sides)  # type: ignore[arg-type]


def tool(name: str, start: int, end: int, parent: str, **sides: object) -> ReducedSpan:
    return span(name, start, end, role=Role.TOOL, parent=parent, **sides)  # type: ignore[arg-type]


def sides(*contexts: object) -> tuple[Fingerprint, ...]:
    return tuple(fingerprint(context) for context in contexts)


# -- native ---------------------------------------------------------------------------------------


def dataflow(**more: object) -> ReducedSpan:
    return arrival(
        "arrive",
        11,
        "billing",
        source="triage",
        target="billing",
        rule="dataflow",
        links=(key("triage"),),
        **{"received": LESS, **more},
    )


def test_a_native_handoff_knows_what_came_in_and_went_out() -> None:
    """And within one process what arrived is what was sent, unless the library says otherwise."""
    sender = agent("triage", 0, 9, dialect=NATIVE, received=ORDER, output=MORE)
    (found,) = evidence(sender, dataflow())
    assert found.known == sides(ORDER, MORE)
    assert (found.received, found.sent) == (fingerprint(LESS), fingerprint(LESS))
    assert found.problems == ()
    (found,) = evidence(sender, dataflow(sent=ORDER))
    assert found.sent == fingerprint(ORDER)


def test_a_loss_is_seen_while_both_agents_still_work() -> None:
    """The sender's context span and the marks are enough: no agent's span has ended."""
    spans = [
        span("told", 5, 5, parent="triage", dialect=NATIVE, agent="triage", received=ORDER),
        departure("gone", 6, "triage", source="triage", target="billing", sent=ORDER),
        arrival("arrive", 3, "billing", source="triage", target="billing", received=LESS),
    ]
    (found,) = evidence(*spans)
    assert found.known[0] == fingerprint(ORDER)
    assert (found.sent, found.received) == sides(ORDER, LESS)
    assert measure(found).verdict is Verdict.DEGRADED


def test_what_the_sender_learned_later_was_not_known() -> None:
    """Its output comes after the handoff that it made on its way."""
    spans = [
        agent("triage", 0, 50, dialect=NATIVE, received=ORDER, output=MORE),
        departure("gone", 6, "triage", source="triage", target="billing", sent=LESS),
        arrival("arrive", 8, "billing", source="triage", target="billing", received=LESS),
    ]
    (found,) = evidence(*spans)
    assert found.known == sides(ORDER, LESS)


def test_a_called_turn_gives_back_its_output() -> None:
    """Of what it knew; the caller receives what it returned."""
    call = arrival(
        "arrive",
        11,
        "billing",
        source="triage",
        target="billing",
        rule="call",
        mode=Mode.RETURN_TO_CALLER,
        links=(key("triage"),),
        received=ORDER,
    )
    callee = agent("billing", 10, 30, parent="triage", dialect=NATIVE, received=ORDER, output=LESS)
    there, back = evidence(agent("triage", 0, 50, dialect=NATIVE, received=ORDER), call, callee)
    assert (there.sent, there.received) == sides(ORDER, ORDER)
    assert (back.sent, back.received) == sides(LESS, LESS)
    assert fingerprint(ORDER) in back.known


def test_an_arrival_that_cannot_be_read_says_why() -> None:
    """Never a loss: the reason becomes the verdict's."""
    for reason in (Reason.ATTRIBUTE_CUT, Reason.UNKNOWN_SUITE, Reason.UNREADABLE):
        spans = [
            agent("triage", 0, 9, dialect=NATIVE, output=ORDER),
            agent("billing", 10, 30, dialect=NATIVE),
            arrival(
                "arrive",
                11,
                "billing",
                source="triage",
                target="billing",
                links=(key("triage"),),
                problems=(reason,),
            ),
        ]
        (found,) = evidence(*spans)
        assert found.problems[0] is reason
        assert measure(found).verdict is Verdict.NOT_MEASURED


def test_sides_under_one_key_are_preferred() -> None:
    """A framework's content stands under the collector's key, the library's under its own."""
    theirs = fingerprint(ORDER, key="the user's")
    spans = [
        agent("triage", 0, 9, dialect=NATIVE, output=theirs),
        agent("billing", 10, 30, dialect=NATIVE, received=theirs),
        model("m", 12, 20, "billing", input=LESS),
        dataflow(received=theirs),
    ]
    (found,) = evidence(*spans)
    assert (found.received, found.known) == (theirs, (theirs,))
    (found,) = evidence(spans[0], dataflow(received=LESS))
    assert measure(found).reason is Reason.FOREIGN_KEY


# -- frameworks -----------------------------------------------------------------------------------


def b(start: int = 20, **more: object) -> ReducedSpan:
    return agent("B", start, 90, hint=HandoffHint(source="A", target="B"), **more)


def test_known_is_what_the_model_was_given_what_it_said_and_what_tools_answered() -> None:
    """In time order, up to the handoff; what was passed on and told to the model is not in it."""
    spans = [
        agent("A", 0, 19, input={"told": "again"}),
        model("m1", 1, 5, "A", input=ORDER, system={"be": "brief"}, output=LESS),
        tool("t", 6, 8, "A", arguments={"id": "x"}, result=MORE),
        tool("late", 15, 30, "A", result={"after": "Z-9999"}),
        b(),
    ]
    (found,) = evidence(*spans)
    assert found.known == sides(ORDER, LESS, MORE)
    assert found.sent is None


def test_the_first_model_call_decides_what_was_received() -> None:
    """With its instructions, and before the receiver's own look-ups came back."""
    spans = [
        agent("A", 0, 19, output=ORDER),
        b(),
        tool("before", 21, 22, "B", result={"a": "R-1111"}),
        model("m1", 30, 40, "B", input=LESS, system={"refund_by": "2027-03-01"}),
        tool("after", 41, 42, "B", result={"a": "R-2222"}),
        model("m2", 50, 60, "B", input=MORE),
    ]
    (found,) = evidence(*spans)
    assert found.received is not None
    assert {fact.name for fact in found.received.facts} == {"order.id", "refund_by"}
    assert found.looked_up_before == sides({"a": "R-1111"})
    assert found.looked_up_after == sides({"a": "R-2222"})


def test_without_a_model_call_the_agents_input_or_state_decides() -> None:
    """And a state beside a model call only says where something was lost."""
    sender = agent("A", 0, 19, output=ORDER)
    (found,) = evidence(sender, b(input=LESS))
    assert found.received == fingerprint(LESS)
    (found,) = evidence(sender, b(state=ORDER))
    assert (found.received, found.state) == (fingerprint(ORDER), None)
    (found,) = evidence(sender, b(state=ORDER), model("m", 21, 30, "B", input=LESS))
    assert (found.received, found.state) == sides(LESS, ORDER)


def test_an_update_by_a_transfer_tool_is_applied_to_the_state() -> None:
    """What stands in the graph's state need not be sent again."""
    hint = HandoffHint(target="B", rule="command.goto")
    spans = [
        span("A:1", 0, 19, run="A:1", agent="A", state=ORDER),
        model("m1", 1, 5, "A:1", input=ORDER),
        span(
            "go", 6, 7, role=Role.HANDOFF, parent="A:1", run="A:1", hint=hint, payload={"t": "go"}
        ),
        agent("B", 20, 90, state=ORDER),
    ]
    (found,) = evidence(*spans)
    assert found.sent is not None
    assert {fact.name for fact in found.sent.facts} == {"order.id", "refund_by", "t"}


def test_a_delegation_sends_arguments_and_gets_a_result() -> None:
    """The way back is read from the caller's next call, else from the tool's result."""
    spans = [
        agent("A", 0, 100),
        model("m1", 1, 5, "A", input=ORDER),
        tool("ask", 10, 50, "A", arguments=LESS, result={"done": "R-7731"}),
        agent("B", 11, 49, parent="ask"),
        model("m2", 12, 40, "B", input=LESS, output=MORE),
    ]
    there, back = evidence(*spans, model("m3", 60, 70, "A", input=MORE))
    assert (there.sent, there.received) == sides(LESS, LESS)
    assert there.known == sides(ORDER)
    assert (back.sent, back.received) == sides({"done": "R-7731"}, MORE)
    assert back.known == sides(LESS, MORE)
    assert (there.looked_up_after, back.looked_up_after) == ((), ())
    unseen = evidence(*spans, model("m3", 60, 70, "A"))[1]
    assert unseen.received == fingerprint({"done": "R-7731"})


def test_must_keep_facts_travel_with_the_session() -> None:
    """As they stood last before the handoff; what the receiver was given does not count."""
    first = fingerprint({"amount": "10.00", "order": {"id": "A-1042"}}, "amount", "order.id")
    later = fingerprint({"amount": "12.00"}, "amount")
    spans = [
        agent("A", 0, 9, dialect=NATIVE, received=first),
        agent("B", 20, 29, dialect=NATIVE, output=later),
        agent("C", 30, 90, dialect=NATIVE, received=fingerprint({"amount": "99.00"}, "amount")),
        arrival("a", 31, "C", source="B", target="C", links=(key("B"),), received=LESS),
    ]
    (found,) = evidence(*spans)
    assert {fact.value for fact in found.must_keep} == {
        *(fact.value for fact in later.facts),
        *(fact.value for fact in first.facts if fact.name == "order.id"),
    }


# -- trust ----------------------------------------------------------------------------------------


def broken(*, sender: tuple[Reason, ...] = (), receiver: tuple[Reason, ...] = ()) -> Evidence:
    given = {} if {Reason.REDACTED, Reason.CONTENT_OFF} & {*receiver} else {"input": LESS}
    spans = [
        agent("A", 0, 19),
        model("m0", 1, 2, "A", input=ORDER),
        span("m1", 3, 5, role=Role.MODEL, parent="A", problems=sender, input=ORDER),
        b(),
        span("m2", 21, 30, role=Role.MODEL, parent="B", problems=receiver, **given),  # type: ignore[arg-type]
    ]
    (found,) = evidence(*spans)
    return found


def test_a_prompt_that_was_cut_or_lost_attributes_is_not_measured() -> None:
    """On either side: what is not in it may have been there."""
    for reason in (Reason.ATTRIBUTE_CUT, Reason.ATTRIBUTES_DROPPED):
        assert broken(receiver=(reason,)).problems == (reason,)
        assert broken(sender=(reason,)).problems == (reason,)


def test_the_receiving_side_is_named_first() -> None:
    """The first reason becomes the verdict's."""
    found = broken(sender=(Reason.ATTRIBUTE_CUT,), receiver=(Reason.REDACTED,))
    assert found.problems == (Reason.REDACTED, Reason.RECEIVED_MISSING, Reason.ATTRIBUTE_CUT)


def test_a_hidden_answer_of_the_receiver_does_not_matter() -> None:
    """What it was given was seen."""
    spans = [
        agent("A", 0, 19, output=ORDER),
        b(),
        span("m", 21, 30, role=Role.MODEL, parent="B", problems=(Reason.REDACTED,), input=LESS),
    ]
    (found,) = evidence(*spans)
    assert found.problems == ()


def test_an_earlier_cut_does_not_matter_when_a_later_call_repeats_it_all() -> None:
    """The sender's last call before the handoff decides."""
    spans = [
        agent("A", 0, 19),
        span("m0", 1, 2, role=Role.MODEL, parent="A", problems=(Reason.ATTRIBUTE_CUT,)),
        model("m1", 3, 5, "A", input=ORDER),
        b(input=LESS),
    ]
    (found,) = evidence(*spans)
    assert found.problems == ()


def test_sides_that_nobody_saw_are_named_missing() -> None:
    """Never measured as empty."""
    (found,) = evidence(agent("A", 0, 19), b())
    assert found.problems == (Reason.RECEIVED_MISSING, Reason.KNOWN_MISSING)
    assert (found.known, found.received) == ((), None)


# -- prompts that are told without the tool results in them ----------------------------------------

UNSEEN = (Reason.TOOLS_UNSEEN,)


def told_without_tools(*, known: object = ORDER) -> list[ReducedSpan]:
    sides = {} if known is None else {"input": known}
    return [
        agent("A", 0, 19),
        span("m0", 1, 2, role=Role.MODEL, parent="A", problems=UNSEEN, **sides),  # type: ignore[arg-type]
        tool("t", 3, 4, "A", result={"carrier": "UPS"}),
        b(),
        span("m1", 21, 30, role=Role.MODEL, parent="B", problems=UNSEEN, input=LESS),
    ]


def test_what_a_tool_said_is_not_asked_for_in_prompts_that_leave_it_out() -> None:
    """It may well have been passed on: neither kept nor lost. The rest is measured."""
    (found,) = evidence(*told_without_tools())
    assert found.known == sides(ORDER)
    assert found.problems == ()


def test_a_sender_that_knew_by_tools_alone_is_not_measured_there() -> None:
    """The reason is neither a missing side nor a loss."""
    (found,) = evidence(*told_without_tools(known=None))
    assert (found.known, found.problems[0]) == ((), Reason.TOOLS_UNSEEN)
    assert measure(found).verdict is Verdict.NOT_MEASURED


def test_a_caller_is_given_back_what_its_tool_said_though_its_prompt_is_told_without() -> None:
    """And a called agent's prompt holds what the call passed on, and no history."""
    spans = [
        agent("A", 0, 60),
        span("m0", 1, 2, role=Role.MODEL, parent="A", problems=UNSEEN, input=ORDER),
        tool("seen", 3, 4, "A", result={"carrier": "UPS"}),
        tool("t", 5, 40, "A", arguments=LESS, result={"approved": "R-7731"}),
        agent("B", 6, 39, parent="t"),
        span("m1", 7, 20, role=Role.MODEL, parent="B", problems=UNSEEN, input=LESS),
        span("m2", 41, 50, role=Role.MODEL, parent="A", problems=UNSEEN, input=ORDER),
    ]
    there, back = evidence(*spans)
    assert fingerprint({"carrier": "UPS"}) in there.known
    assert back.received is not None
    held = {fact.name for fact in back.received.facts}
    assert {"approved", "carrier", "refund_by"} <= held


def test_a_look_up_that_no_prompt_shows_takes_nothing_for_looked_up_that_was_given() -> None:
    """Also where the receiver's first model call never arrived."""
    spans = [
        *told_without_tools()[:-1],
        tool("own", 21, 22, "B", result=LESS),
        span("m2", 23, 30, role=Role.MODEL, parent="B", problems=UNSEEN, input=ORDER),
    ]
    (found,) = evidence(*spans)
    assert measure(found).verdict is Verdict.INTACT
