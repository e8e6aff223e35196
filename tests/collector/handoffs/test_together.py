"""One call told by several spans is one, in whatever order they came."""

from __future__ import annotations

import itertools

from intact.codec.packed import pack
from intact.model.measurement import Reason
from intact_collector.handoffs.together import together
from intact_collector.model.span import ReducedSpan, Role, Side
from tests.collector.spans import agent, fingerprint, key, span

ASKED = [{"role": "user", "content": "Refund order A-1042 by Friday, please."}]
SAID = [{"role": "assistant", "content": "Refunded under RF-9001."}]


def content(name: str, start: int, parent: str, **sides: object) -> ReducedSpan:
    return span(name, start, start, role=Role.CONTENT, parent=parent, **sides)  # type: ignore[arg-type]


def test_content_told_apart_is_that_of_its_span() -> None:
    """Two requests may carry it; that content was off is then no longer true."""
    spans = [
        agent("triage", 0, 50),
        span("call", 1, 40, role=Role.MODEL, parent="triage", problems=(Reason.CONTENT_OFF,)),
        content("log1", 40, "call", input=ASKED),
        content("log2", 41, "call", output=SAID),
    ]
    for order in itertools.permutations(spans):
        found = together(order)
        call = found[key("call")]
        assert call.fingerprints == {
            Side.INPUT: pack(fingerprint(ASKED)),
            Side.OUTPUT: pack(fingerprint(SAID)),
        }
        assert call.problems == ()
        assert {found[key(log)].role for log in ("log1", "log2")} == {Role.OTHER}


def test_what_a_span_tells_itself_is_not_told_again() -> None:
    """Some frameworks write the same content to spans and to logs."""
    other = [{"role": "user", "content": "Quite another order, B-2000."}]
    spans = [
        span("call", 1, 40, role=Role.MODEL, input=ASKED),
        content("log", 40, "call", input=other, output=SAID),
    ]
    call = together(spans)[key("call")]
    assert call.fingerprints == {
        Side.INPUT: pack(fingerprint(ASKED)),
        Side.OUTPUT: pack(fingerprint(SAID)),
    }


def test_a_model_call_inside_a_model_call_is_one() -> None:
    """The framework's span around that of the client library; what was cut stays a reason."""
    spans = [
        agent("triage", 0, 50),
        span("outer", 1, 40, role=Role.MODEL, parent="triage", problems=(Reason.CONTENT_OFF,)),
        span("between", 2, 39, parent="outer"),
        span(
            "inner",
            3,
            38,
            role=Role.MODEL,
            parent="between",
            problems=(Reason.ATTRIBUTE_CUT,),
            input=ASKED,
        ),
    ]
    found = together(spans)
    assert [one.key for one in found.values() if one.role is Role.MODEL] == [key("outer")]
    assert found[key("outer")].fingerprints == {Side.INPUT: pack(fingerprint(ASKED))}
    assert found[key("outer")].problems == (Reason.ATTRIBUTE_CUT,)


def test_model_calls_of_different_agents_or_around_tools_stay_apart() -> None:
    """A call in a tool of a call is another call."""
    spans = [
        span("outer", 1, 40, role=Role.MODEL, input=ASKED),
        span("tool", 2, 30, role=Role.TOOL, parent="outer"),
        span("inner", 3, 20, role=Role.MODEL, parent="tool", input=SAID),
    ]
    assert sum(one.role is Role.MODEL for one in together(spans).values()) == 2


def test_a_ring_of_parents_ends() -> None:
    """Ids come from outside."""
    spans = [
        span("a", 1, 2, role=Role.MODEL, parent="b"),
        span("b", 1, 2, role=Role.MODEL, parent="a"),
        content("c", 1, "c", input=ASKED),
    ]
    assert len(together(spans)) == 3
