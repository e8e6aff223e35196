"""What several contexts hold together, each fact once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intact.fingerprint import Fingerprinter, Key
from intact.measure import IncomparableError, union
from intact.measure.union import identity
from intact.model.facts import Flag
from intact.model.fingerprint import Fingerprint, Limit, Sketch
from intact.model.measurement import Reason
from tests.intact.fingerprint.reading import read

VALUES = st.sampled_from(["A-1042", "B-771", 1299, True, "blue widget", "2026-12-04"])
STATES = st.dictionaries(st.sampled_from("abcd"), VALUES | st.lists(VALUES, max_size=2), max_size=3)
TEXTS = st.lists(
    st.sampled_from(["Ship A-1042 to the old town.", "Pay 1,299 USD for it by Friday then."]),
    max_size=2,
).map(" ".join)
SIDES = st.builds(read, STATES | TEXTS | st.builds(lambda s, t: {**s, "t": t}, STATES, TEXTS))


def sample(fingerprint: Fingerprint, threshold: int) -> Fingerprint:
    """Only what lies below a threshold, as a size cap would leave it."""
    return replace(
        fingerprint,
        facts=tuple(fact for fact in fingerprint.facts if fact.value < threshold << 8),
        fact_threshold=threshold << 8,
        words=replace(
            fingerprint.words,
            tokens=frozenset(token for token in fingerprint.words.tokens if token < threshold),
            threshold=threshold,
        ),
    )


SAMPLED = st.builds(sample, SIDES, st.integers(1 << 28, 1 << 32))


def content(fingerprint: Fingerprint) -> tuple[object, ...]:
    """What has no order in a fingerprint."""
    return (
        frozenset((identity(fact), fact.kind, fact.count) for fact in fingerprint.facts),
        fingerprint.fact_threshold,
        (fingerprint.words.tokens, fingerprint.words.threshold),
        (fingerprint.bigrams.tokens, fingerprint.bigrams.threshold),
        fingerprint.limits,
        fingerprint.size,
    )


@given(SIDES | SAMPLED, SIDES | SAMPLED, SIDES | SAMPLED)
@settings(max_examples=80)
def test_union_does_not_care_in_which_order_or_how_often(
    one: Fingerprint, two: Fingerprint, three: Fingerprint
) -> None:
    """Commutative, associative, idempotent: in facts and in samples."""
    assert content(union([one, two])) == content(union([two, one]))
    assert content(union([union([one, two]), three])) == content(union([one, union([two, three])]))
    assert content(union([one, two, one, two])) == content(union([one, two]))
    assert union([one]) == one


@given(st.lists(SIDES, min_size=1, max_size=4))
@settings(max_examples=50)
def test_complete_fingerprints_unite_as_sets(sides: list[Fingerprint]) -> None:
    """Nothing is lost, nothing made up."""
    together = union(sides)
    assert {identity(f) for f in together.facts} == {identity(f) for s in sides for f in s.facts}
    assert together.words.tokens == frozenset().union(*(side.words.tokens for side in sides))
    assert (together.fact_total, together.words.complete) == (len(together.facts), True)


def test_a_message_that_is_sent_again_counts_once() -> None:
    """Text is told apart by value, state by path and value."""
    text = [{"role": "user", "content": "Where is A-1042?"}]
    assert [f.count for f in union([read(text), read(text)]).facts] == [1]
    assert len(union([read({"a": "A-1042"}), read({"b": "A-1042"})]).facts) == 2


@pytest.mark.parametrize("turned", [False, True])
def test_flags_of_one_fact_from_two_sources(turned: bool) -> None:
    """Declared anywhere is declared; said outside of tools and rules, it is not theirs alone."""
    text = "It is $500."
    sides = [
        read([{"role": "system", "content": text}]),
        read([{"role": "user", "content": text}]),
        read([{"role": "tool", "name": "x", "content": text}]),
    ]
    if turned:
        sides.reverse()
    (fact,) = union(sides).facts
    assert not fact.flags & (Flag.SYSTEM | Flag.TOOL)
    states = [read({"a": "A-1042"}, names=False), read({"a": "A-1042"}, "a")]
    (declared,) = union(states[::-1] if turned else states).facts
    assert (declared.name, bool(declared.flags & Flag.MUST_KEEP)) == ("a", True)


@pytest.mark.parametrize("path", ["order", "order.id"])
def test_what_was_absent_in_one_context_and_stands_in_another_is_not_absent(path: str) -> None:
    """A subtree counts when anything of it is there."""
    without, having = read({"x": 1}, path), read({"order": {"id": "A-1042"}}, path)
    assert union([without, having]).absent == ()
    assert union([without, without]).absent == (path,)


def test_limits_and_prunings_of_all_sides_hold() -> None:
    """Each once."""
    one = replace(read({"a": 1}), limits=Limit.DEPTH, pruned=(("n", "long"),))
    two = replace(read({"b": 1}), limits=Limit.SIZE, pruned=(("n", "long"), ("m", "")))
    together = union([one, two])
    assert together.limits == Limit.DEPTH | Limit.SIZE
    assert together.pruned == (("n", "long"), ("m", ""))


def test_what_cannot_be_compared_cannot_be_united() -> None:
    """Other keys, other suites; and nothing is no context."""
    ours = read({"a": 1})
    theirs = Fingerprinter(Key(b"the key of another machine")).fingerprint({"a": 1})
    with pytest.raises(IncomparableError) as refused:
        union([ours, theirs])
    assert refused.value.reason is Reason.FOREIGN_KEY
    with pytest.raises(IncomparableError) as refused:
        union([ours, replace(ours, suite=2)])
    assert refused.value.reason is Reason.UNKNOWN_SUITE
    with pytest.raises(ValueError, match="nothing to unite"):
        union([])


def test_a_sketch_that_shows_nothing_says_nothing_of_the_union() -> None:
    """Threshold 0 withholds every token, as strict privacy does, and anybody may send it."""
    withheld = replace(read({"a": "A-1042"}), words=Sketch(threshold=0, total=7))
    for sides in ([withheld, read({"b": "B-771"})], [withheld, withheld]):
        words = union(sides).words
        assert (words.tokens, words.threshold, words.total) == (frozenset(), 0, 7)
