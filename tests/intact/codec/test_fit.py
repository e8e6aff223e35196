"""Whatever does not fit leaves in an order that can be stated, and is marked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intact.codec.attributes import MAX_FINGERPRINT_BYTES
from intact.codec.fit import MOST_MUST_KEEP, SMALLEST_LIMIT, fit
from intact.codec.sketches import sketch_size
from intact.codec.wire import decode, encode
from intact.model.facts import Fact, Flag, Kind
from intact.model.fingerprint import Fingerprint, Limit, Sketch
from tests.strategies import facts, fingerprints, sketches

KEY = b"\x01\x02\x03\x04"
LONG_PROSE = {Kind.SENTENCE, Kind.DOCUMENT}


def many_facts(count: int, **fields: object) -> tuple[Fact, ...]:
    """Facts with spread values, at a few paths."""
    return tuple(
        Fact(
            path=n % 7,
            value=(n * 0x9E3779B97F) % (1 << 40),
            exact=n,
            kind=Kind.ID,
            flags=Flag.STATE,
            name=f"order.items[].field_{n % 7}",
        )._replace(**fields)
        for n in range(count)
    )


def full_sketch(count: int) -> Sketch:
    """A complete sketch of spread tokens."""
    tokens = frozenset((n * 2654435761) % (1 << 32) for n in range(count))
    return Sketch(tokens, total=len(tokens))


@st.composite
def large(draw: st.DrawFn) -> Fingerprint:
    """Fingerprints around and far above the limit, of every make-up."""
    base = draw(fingerprints())
    repeat = draw(st.integers(1, 60))
    some = draw(st.lists(facts(), max_size=8))
    rows = [
        fact._replace(value=(fact.value + n * 0x9E3779B97F) % (1 << 40), path=(fact.path + n) >> 1)
        for n in range(repeat)
        for fact in some
    ]
    long = draw(st.sampled_from(["", "p" * 40, "q" * 2000]))
    return replace(
        base,
        facts=tuple(rows),
        fact_threshold=1 << 40,
        words=draw(sketches(1500)),
        bigrams=draw(sketches(1500)),
        pruned=base.pruned + ((long + "x", long),) * draw(st.integers(0, 40)),
        absent=base.absent + (long,) * draw(st.integers(0, 40)),
    )


@settings(max_examples=60)
@given(large(), st.sampled_from([SMALLEST_LIMIT, 1000, MAX_FINGERPRINT_BYTES, 20_000]))
def test_no_fingerprint_is_larger_than_the_limit(fingerprint: Fingerprint, limit: int) -> None:
    """Whatever a context holds, its fingerprint fits the attribute and can be read."""
    data = encode(fingerprint, limit)
    assert len(data) <= limit
    read = decode(data)
    assert read.key_id == fingerprint.key_id
    assert read.root == fingerprint.root


@settings(max_examples=60)
@given(large(), st.sampled_from([1000, MAX_FINGERPRINT_BYTES]))
def test_what_is_left_is_exactly_what_the_thresholds_say(
    fingerprint: Fingerprint, limit: int
) -> None:
    """The oracle: filter everything by the thresholds, and compare."""
    fitted = fit(fingerprint, limit)
    for before, after in (
        (fingerprint.words, fitted.words),
        (fingerprint.bigrams, fitted.bigrams),
    ):
        assert after.tokens == {
            token >> after.shift for token in before.tokens if token < after.threshold
        }
        assert after.threshold <= before.threshold
        assert after.total == before.total
    may_stay = [fact for fact in fingerprint.facts if fact.kind not in LONG_PROSE]
    kept = {fact.value for fact in fitted.facts}
    assert {fact.value for fact in may_stay if fact.value < fitted.fact_threshold} <= kept
    above = [fact for fact in fitted.facts if fact.value >= fitted.fact_threshold]
    assert all(fact.flags & Flag.MUST_KEEP for fact in above)


@settings(max_examples=60)
@given(large(), st.sampled_from([1000, MAX_FINGERPRINT_BYTES]))
def test_every_omission_is_marked(fingerprint: Fingerprint, limit: int) -> None:
    """A reader can always tell "was not there" from "did not fit"."""
    fitted = fit(fingerprint, limit)
    added = fitted.limits & ~fingerprint.limits
    if [f._replace(name="") for f in fitted.facts] != [
        f._replace(name="") for f in fingerprint.facts
    ]:
        assert Limit.FACTS in fitted.limits
        assert fitted.fact_total >= len(fingerprint.facts)
    else:
        assert Limit.FACTS not in added
        names = [f.name for f in fitted.facts] != [f.name for f in fingerprint.facts]
        paths = (fitted.pruned, fitted.absent) != (fingerprint.pruned, fingerprint.absent)
        assert (Limit.NAMES in fitted.limits) == (
            names or paths or Limit.NAMES in fingerprint.limits
        )


@settings(max_examples=30)
@given(large())
def test_fitting_again_changes_nothing(fingerprint: Fingerprint) -> None:
    """What was made to fit does fit, and stays as it is."""
    fitted = decode(encode(fingerprint))
    assert decode(encode(fitted)) == fitted


def test_sentences_leave_before_anything_else() -> None:
    """Named facts, names and tokens stay whole while there are sentences to drop."""
    prose = many_facts(200, kind=Kind.SENTENCE, flags=0, tokens=(1, 2, 3, 4), name="user[0]/s[1]")
    named = many_facts(20)
    fingerprint = Fingerprint(
        key_id=KEY, root=1, facts=prose + named, words=full_sketch(300), bigrams=full_sketch(60)
    )
    fitted = fit(fingerprint, MAX_FINGERPRINT_BYTES)
    assert fitted.facts[-20:] == named
    assert fitted.words.complete
    assert len(fitted.words.tokens) == 300
    assert fitted.bigrams.complete
    assert len(fitted.bigrams.tokens) == 60
    assert 0 < len(fitted.facts) - 20 < 200
    assert not fitted.sampled
    assert Limit.FACTS in fitted.limits
    assert Limit.NAMES not in fitted.limits


def test_tokens_leave_before_names() -> None:
    """A long text costs a state neither facts nor their names."""
    named = many_facts(60)
    fingerprint = Fingerprint(
        key_id=KEY, root=1, facts=named, words=full_sketch(5000), bigrams=full_sketch(5000)
    )
    fitted = fit(fingerprint, MAX_FINGERPRINT_BYTES)
    assert fitted.facts == named
    assert fitted.limits == Limit.NONE
    words, bigrams = sketch_size(fitted.words), sketch_size(fitted.bigrams)
    assert 0.25 < bigrams / (words + bigrams) < 0.35
    assert len(fitted.words.tokens) + len(fitted.bigrams.tokens) > 1200
    assert len(encode(fingerprint)) > 0.95 * MAX_FINGERPRINT_BYTES


def test_names_leave_from_the_back_before_facts_do() -> None:
    """When names are long, the first ones stay, and every fact does."""
    rows = tuple(
        fact._replace(path=n, name=f"{n:03d}_{'key' * 8}") for n, fact in enumerate(many_facts(90))
    )
    fingerprint = Fingerprint(key_id=KEY, root=1, facts=rows, words=full_sketch(5000))
    fitted = fit(fingerprint, MAX_FINGERPRINT_BYTES)
    assert [fact.value for fact in fitted.facts] == [fact.value for fact in rows]
    assert not fitted.sampled
    named = [bool(fact.name) for fact in fitted.facts]
    assert named == sorted(named, reverse=True)
    assert 0 < sum(named) < 90
    assert Limit.NAMES in fitted.limits


def test_a_sampled_table_keeps_names_and_tokens() -> None:
    """Thousands of facts leave a sample that still names its losses and finds values in text."""
    fingerprint = Fingerprint(
        key_id=KEY,
        root=1,
        facts=many_facts(4000),
        fact_total=4000,
        words=full_sketch(5000),
        bigrams=full_sketch(5000),
    )
    fitted = fit(fingerprint, MAX_FINGERPRINT_BYTES)
    assert fitted.sampled
    assert fitted.fact_total == 4000
    assert len(fitted.facts) > 120
    assert all(fact.name for fact in fitted.facts)
    assert len(fitted.words.tokens) + len(fitted.bigrams.tokens) > 100


def test_must_keep_facts_survive_any_crowd() -> None:
    """The facts that somebody declared stay, with names and tokens, wherever they stood."""
    crowd = many_facts(4000)
    must = tuple(
        fact._replace(flags=Flag.MUST_KEEP, path=n, name=f"must.keep_{n}", value=(1 << 40) - 1 - n)
        for n, fact in enumerate(many_facts(MOST_MUST_KEEP))
    )
    mixed = crowd[:2000] + must + crowd[2000:]
    fitted = fit(
        Fingerprint(key_id=KEY, root=1, facts=mixed, words=full_sketch(5000)),
        MAX_FINGERPRINT_BYTES,
    )
    assert tuple(fact for fact in fitted.facts if fact.flags & Flag.MUST_KEEP) == must


def test_even_the_largest_must_keep_facts_are_all_there() -> None:
    """Without room for all they could carry, they give up tokens, then names, never themselves."""
    must = tuple(
        fact._replace(
            flags=Flag.MUST_KEEP,
            path=n,
            kind=Kind.SENTENCE,
            tokens=tuple(range(8)),
            name=f"{n}" + "n" * 60,
        )
        for n, fact in enumerate(many_facts(MOST_MUST_KEEP))
    )
    data = encode(Fingerprint(key_id=KEY, root=1, facts=must))
    fitted = decode(data)
    assert len(data) <= MAX_FINGERPRINT_BYTES
    assert [fact.value for fact in fitted.facts] == [fact.value for fact in must]
    assert Limit.FACTS in fitted.limits


def test_pruned_paths_outlive_their_reasons() -> None:
    """What was dropped on purpose stays known, though why it was may not fit."""
    pruned = tuple((f"history[{n}]", "because it was long" * 4) for n in range(20))
    fitted = fit(
        Fingerprint(key_id=KEY, root=1, facts=many_facts(4000), pruned=pruned),
        MAX_FINGERPRINT_BYTES,
    )
    assert [path for path, _ in fitted.pruned] == [path for path, _ in pruned][: len(fitted.pruned)]
    assert len(fitted.pruned) > 10
    assert {reason for _, reason in fitted.pruned} == {""}
    assert Limit.NAMES in fitted.limits


def test_a_limit_that_cannot_be_kept_is_refused() -> None:
    """Better an error for who sets it than a promise that fails on some context."""
    with pytest.raises(ValueError, match="at least"):
        fit(Fingerprint(key_id=KEY, root=1), SMALLEST_LIMIT - 1)
