"""Content becomes fingerprints at the door, and is gone."""

from __future__ import annotations

from dataclasses import fields

from intact.codec.disclose import Names
from intact.codec.packed import pack
from intact.fingerprint import Fingerprinter, Key
from intact.model.fingerprint import Fingerprint, Limit
from intact.model.measurement import Reason
from intact_collector.model.span import Content, NeutralSpan, Role, Side, SpanFacts
from intact_collector.reduce import Discretion, reduce
from tests.golden import recordings

FINGERPRINTER = Fingerprinter(Key(b"a key for reductions"))


def neutral(*contents: Content, **more: object) -> NeutralSpan:
    """A span with contents."""
    return NeutralSpan(
        trace_id=b"t" * 16, span_id=b"s" * 8, parent_id=b"", start=1, end=2, dialect="test",
        role=Role.MODEL, contents=contents, **more,  # type: ignore[arg-type]
    )  # fmt: skip


def names(fingerprint: Fingerprint) -> set[str]:
    """The names of its facts."""
    return {fact.name for fact in fingerprint.facts}


def test_nothing_of_the_content_is_left() -> None:
    """Not in the object, not in anything that it holds."""
    for name in ("openai-agents__openinference__lossy", "langgraph__openinference__goto_lossy"):
        text = repr(recordings.reduced(name))
        for value in ("Dana", "Whitfield", "ORD-48213", "129.9", "delivered_broken"):
            assert value not in text


def test_everything_else_is_carried_over() -> None:
    """Ids, times, keys, hints: whatever the two have in common."""
    for span in recordings.neutral("pydantic-ai__native__delegation"):
        reduced = reduce(span, FINGERPRINTER)
        for field in fields(SpanFacts):
            assert getattr(reduced, field.name) == getattr(span, field.name)


def test_contents_of_one_side_become_one_fingerprint() -> None:
    """Two messages of a call are one input."""
    reduced = reduce(
        neutral(Content(Side.INPUT, {"order_id": "A-1042"}), Content(Side.INPUT, {"total": 12.5})),
        FINGERPRINTER,
    )
    assert names(reduced.fingerprints[Side.INPUT].unpack()) == {"order_id", "total"}


def test_what_a_tool_was_given_and_gave_is_named_after_it() -> None:
    """`tool:lookup/carrier` says where a fact came from."""
    reduced = reduce(
        neutral(
            Content(Side.RESULT, {"carrier": "UPS"}, tool="lookup"),
            Content(Side.ARGUMENTS, '{"order_id": "A-1042"}', tool="lookup"),
        ),
        FINGERPRINTER,
    )
    assert names(reduced.fingerprints[Side.RESULT].unpack()) == {"tool:lookup/carrier"}
    assert names(reduced.fingerprints[Side.ARGUMENTS].unpack()) == {"call:lookup/order_id"}


def test_native_fingerprints_pass_through_untouched() -> None:
    """They were made where the content was; content beside them is not looked at."""
    made = pack(FINGERPRINTER.fingerprint({"a": "b"}))
    span = neutral(Content(Side.RECEIVED, {"x": "y"}), fingerprints={Side.RECEIVED: made})
    assert reduce(span, FINGERPRINTER).fingerprints == {Side.RECEIVED: made}


def test_content_that_cannot_be_fingerprinted_is_a_problem_of_the_span() -> None:
    """Never an error, and never an empty context that would look like a loss."""

    class Failing:
        def fingerprint(self, context: object, /) -> Fingerprint:
            return Fingerprint(key_id=b"kkkk", root=0, limits=Limit.ERROR)

    reduced = reduce(neutral(Content(Side.INPUT, "text")), Failing())
    assert reduced.problems == (Reason.UNREADABLE,)


def test_names_that_are_kept_inside_are_gone_at_the_door() -> None:
    """The facts are the same, and what is sent again is the same fingerprint."""
    for hidden_names in (Names.DECLARED, Names.NONE):
        discreet = Discretion(hidden_names).fingerprints(Key(b"a key for reductions"))
        content = Content(Side.INPUT, {"order_id": "A-1042", "total": 12.5})
        hidden = reduce(neutral(content), discreet).fingerprints[Side.INPUT]
        shown = reduce(neutral(content), FINGERPRINTER).fingerprints[Side.INPUT]
        assert names(hidden.unpack()) == {""}
        assert [fact[:7] for fact in hidden.unpack().facts] == [
            fact[:7] for fact in shown.unpack().facts
        ]
        assert reduce(neutral(content), discreet).fingerprints[Side.INPUT] is hidden
