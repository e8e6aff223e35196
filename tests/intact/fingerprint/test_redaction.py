"""Paths that are kept out of every fingerprint."""

from __future__ import annotations

import json
from typing import Any

import pytest

from intact.codec.wire import encode
from intact.fingerprint import Aliases, Fingerprinter
from intact.measure import compare
from intact.model.facts import Outcome
from intact.model.fingerprint import Fingerprint, Limit
from tests.intact.fingerprint.reading import KEY, read

REDACTING = Fingerprinter(KEY, redact=["customer.ssn", "payment", "items[].serial"])
NUMBER = "123-45-6789"


def redacted(context: object, *must_keep: str) -> Fingerprint:
    return REDACTING.fingerprint(context, must_keep=must_keep)


@pytest.mark.parametrize(
    ("context", "rest"),
    [
        ({"customer": {"ssn": NUMBER, "id": "B-771"}}, {"customer": {"id": "B-771"}}),
        ({"state": {"customer": {"ssn": NUMBER}}, "a": 1}, {"state": {"customer": {}}, "a": 1}),
        ({"customer": {"ssn": {"parts": [123, 45, 6789]}}, "a": 1}, {"customer": {}, "a": 1}),
        ({"payment": {"card": {"number": NUMBER}}, "a": 1}, {"a": 1}),
        ({"items": [{"serial": NUMBER, "n": 1}]}, {"items": [{"n": 1}]}),
        ({"text": json.dumps({"customer": {"ssn": NUMBER}, "a": 1})}, {"text": '{"a": 1}'}),
        (
            [{"type": "function_call", "name": "pay", "arguments": {"payment": NUMBER, "a": 1}}],
            [{"type": "function_call", "name": "pay", "arguments": {"a": 1}}],
        ),
    ],
    ids=ascii,
)
def test_nothing_of_a_redacted_path_is_in_the_fingerprint(context: object, rest: object) -> None:
    """At any depth, in texts that are JSON and in calls of tools: as if it were not there."""
    found, expected = redacted(context), read(rest)
    assert found.root == expected.root
    assert [fact[:7] for fact in found.facts] == [fact[:7] for fact in expected.facts]
    assert (found.words, found.bigrams) == (expected.words, expected.bigrams)
    assert found.limits == Limit.REDACTED


def test_what_it_held_changes_no_byte() -> None:
    """Neither its value nor its length, also where it is nested deeper than texts are unfolded."""

    def wrapped(value: object, times: int) -> object:
        for _ in range(times):
            value = json.dumps({"deeper": value})
        return value

    for times in range(7):
        some = redacted({"a": 1, "b": wrapped({"payment": "1"}, times)})
        other = redacted({"a": 1, "b": wrapped({"payment": NUMBER * 50}, times)})
        assert encode(some) == encode(other)


def test_other_paths_are_read() -> None:
    """A name alone is not enough: `customer.ssn` says where."""
    assert not redacted({"employee": {"ssn": NUMBER}}).limits
    assert not redacted({"payments": 1, "item": [{"serial": NUMBER}]}).limits
    assert not redacted([NUMBER, {"0": NUMBER}]).limits


def test_a_value_that_also_stands_elsewhere_is_told_there() -> None:
    """Redaction is by path: the same number in a sentence is a number in a sentence."""
    context: dict[str, Any] = {"payment": {"card": NUMBER}, "note": f"Card {NUMBER} was charged."}
    assert read({"note": context["note"]}).facts == redacted(context).facts


def test_a_redacted_must_keep_path_is_not_absent() -> None:
    """Whether it was there is what nobody is told."""
    context = {"payment": {"card": NUMBER}, "a": 1}
    assert redacted(context, "payment.card").absent == ()
    assert redacted(context, "payment").absent == ()
    assert redacted(context, "order").absent == ("order",)


def test_a_receiver_that_redacts_more_has_lost_nothing() -> None:
    """What it does not show may be there. Where both redact, what is missing is lost."""
    context = {"payment": {"card": NUMBER}, "order": "A-1042", "refund_by": "2026-12-04"}
    rest = {"payment": {"card": NUMBER}, "order": "A-1042"}
    measured = compare(read(context), redacted(rest))
    assert measured.facts[Outcome.DROPPED] == 0
    assert measured.facts[Outcome.UNDECIDED] == 2
    assert [lost.fact for lost in compare(redacted(context), redacted(rest)).lost] == ["refund_by"]


def test_a_conversation_that_is_remembered_stays_redacted() -> None:
    """Recalled or read anew, with what was declared of it: the same fingerprint."""
    secret = json.dumps({"payment": {"card": NUMBER}, "id": "B-771"})
    messages = [{"role": "tool", "name": "crm", "content": secret}]
    messages += [
        {"role": "user", "content": f"Message {number} about A-10{number:02}, please."}
        for number in range(70)
    ]
    growing = Fingerprinter(KEY, redact=["payment"])
    for length in range(1, len(messages), 3):
        state = {"state": {"messages": messages[:length]}}
        fresh = Fingerprinter(KEY, redact=["payment"])
        declared = ("payment.card", "state.messages", "gone")
        found = growing.fingerprint(state, must_keep=declared)
        assert found == fresh.fingerprint(state, must_keep=declared)
        assert found.limits & Limit.REDACTED


def test_an_alias_hides_nothing_from_redaction() -> None:
    """Neither when the other name is redacted, nor when the declared path is."""
    for redact in ("ssn", "number"):
        redacting = Fingerprinter(KEY, redact=[redact])
        aliases = Aliases({"number": "customer.ssn"})
        found = redacting.fingerprint({"customer": {"ssn": NUMBER}, "a": 1}, aliases=aliases)
        assert [fact.name for fact in found.facts] == ["a"]
        assert found.words == redacting.fingerprint({"a": 1}).words


def test_no_path_is_refused() -> None:
    """A redaction that does not redact is worse than none."""
    with pytest.raises(ValueError, match="not a path"):
        Fingerprinter(KEY, redact=["a..b"])
