"""What may leave of a fingerprint."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given

from intact.codec.disclose import Names, Rule, disclose, mark_pruned
from intact.codec.wire import decode, encode
from intact.measure import compare
from intact.model.facts import Flag, Kind, Outcome
from intact.model.fingerprint import Fingerprint, Sketch
from tests.intact.fingerprint.reading import read
from tests.strategies import fingerprints

STATE = {"order": {"id": "A-1042"}, "note": "paid by card", "refund_by": "2026-12-04"}
STRICT = Rule(strict=True)


@given(fingerprints())
def test_all_names_is_everything(fingerprint: Fingerprint) -> None:
    """Nothing is copied."""
    assert disclose(fingerprint, Rule()) is fingerprint


def test_declared_names_alone() -> None:
    """The facts are the same, but for their names."""
    shown = read(STATE, "order.id")
    hidden = disclose(shown, Rule(Names.DECLARED))
    assert [fact.name for fact in hidden.facts if fact.name] == ["order.id"]
    assert [fact[:7] for fact in hidden.facts] == [fact[:7] for fact in shown.facts]


def test_the_name_of_a_list_shows_where_a_declared_fact_tells_it() -> None:
    """Otherwise it is as hidden as what stands in it."""
    state = {"items": [{"sku": "A-1"}, {"sku": "A-2"}], "others": ["B-1", "B-2"]}
    hidden = disclose(read(state, "items[].sku"), Rule(Names.DECLARED))
    assert {one.name for one in hidden.lists} == {"items", ""}
    assert {one.name for one in disclose(read(state), Rule(Names.NONE)).lists} == {""}


@given(fingerprints())
def test_no_names_is_no_text_at_all(fingerprint: Fingerprint) -> None:
    """Not of declared facts, not of what is absent or pruned, not the reasons."""
    for rule in (Rule(Names.NONE), STRICT):
        hidden = disclose(fingerprint, rule)
        assert not any(fact.name for fact in hidden.facts)
        assert (hidden.pruned, hidden.absent) == ((), ())


@given(fingerprints())
def test_what_is_disclosed_is_a_fingerprint_that_can_be_sent(fingerprint: Fingerprint) -> None:
    """It comes back from its bytes as it went; disclosing it again changes nothing."""
    for rule in (Rule(Names.DECLARED), Rule(Names.NONE), STRICT):
        hidden = disclose(fingerprint, rule)
        assert decode(encode(hidden, limit=None)) == hidden
        assert disclose(hidden, rule) == hidden


@pytest.mark.parametrize("rule", [Rule(Names.DECLARED), Rule(Names.NONE), STRICT])
def test_what_was_pruned_is_known_without_its_name(rule: Rule) -> None:
    """By a mark on the facts at the path and below."""
    known = disclose(mark_pruned(read(STATE), ("order",)), rule)
    measured = compare(known, read({"note": "paid by card", "refund_by": "2026-12-04"}))
    assert measured.facts[Outcome.PRUNED] == 1
    assert not measured.lost


def test_strict_privacy_says_which_fields_leave() -> None:
    """A new field of fingerprints has to be thought of here before it leaves in strict privacy."""
    every = {field.name for field in fields(Fingerprint)}
    withheld = {"bigrams", "pruned", "absent", "lists", "prose_total", "prose_threshold", "meaning"}
    stays = {"key_id", "root", "facts", "fact_total", "fact_threshold", "words", "limits", "size"}
    assert every == withheld | stays | {"suite"}


def test_strict_privacy_tells_no_prose() -> None:
    """Sentences and long texts leave only where they must be kept, and then by value alone."""
    text = "The parcel was left behind the house. Nobody rang, and the dog barked all day long."
    found = disclose(read({"note": text, "kept": text + " Twice."}, "kept"), STRICT)
    prose = [fact for fact in found.facts if fact.kind in (Kind.SENTENCE, Kind.DOCUMENT)]
    assert prose
    assert all(fact.flags & Flag.MUST_KEEP and not fact.tokens for fact in prose)
    assert not any(fact.exact for fact in prose if fact.kind is Kind.DOCUMENT)  # its length
    assert found.bigrams == Sketch(threshold=0)


@given(fingerprints())
def test_strict_counts_are_powers_of_two(fingerprint: Fingerprint) -> None:
    """And never less than they were, but for counts of one fact, which end at 128."""
    found = disclose(fingerprint, STRICT)
    for count in (found.size, found.fact_total, found.words.total):
        assert count.bit_count() <= 1
    assert found.size >= fingerprint.size
    assert all(fact.count.bit_count() == 1 for fact in found.facts)


def test_withheld_prose_is_undecided() -> None:
    """Measured against a side that shows its prose, nothing of it is lost."""
    text = "The parcel was left behind the house. Nobody rang, and the dog barked all day long."
    shown = read([{"role": "user", "content": text}])
    hidden = replace(disclose(shown, STRICT), key_id=shown.key_id)
    measured = compare(shown, hidden)
    assert measured.prose_retention is None
    assert measured.facts[Outcome.DROPPED] == 0
