"""Hypothesis strategies for fingerprints and spans, for every room that is given some."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import strategies as st

from intact.codec.packed import pack
from intact.model.facts import Fact, Kind
from intact.model.fingerprint import COMPLETE, Fingerprint, Limit, Sketch
from intact.model.lists import ListDigest, marks
from intact.model.meaning import BITS, MOST_VALUES, Code, Meaning
from intact.model.measurement import Mode, Reason
from intact_collector.model.span import (
    HandoffHint,
    KeyKind,
    ReducedSpan,
    Role,
    SessionKey,
    Side,
)

UINT32 = st.integers(0, 2**32 - 1)
UINT40 = st.integers(0, 2**40 - 1)
UINT64 = st.integers(0, 2**64 - 1)
TEXT = st.text(max_size=12)


def names() -> st.SearchStrategy[str]:
    """Names as fingerprints have them: paths that share their beginnings, and odd ones."""
    keys = st.sampled_from(["order", "id", "amount", "items[]", "refund_by", "größe"])
    paths = st.lists(keys, min_size=1, max_size=4).map(".".join)
    spoken = st.builds("user[{}]/{}[{}]".format, st.integers(0, 9), keys, st.integers(0, 9))
    return st.just("") | paths | spoken | TEXT | st.just("x" * 300)


def facts() -> st.SearchStrategy[Fact]:
    """Any fact; few different paths and kinds, so that shapes repeat."""
    return st.builds(
        Fact,
        path=st.sampled_from([0, 1, 7, 2**32 - 1]) | UINT32,
        value=UINT40,
        exact=st.integers(0, 2**24 - 1),
        kind=st.sampled_from(Kind),
        flags=st.sampled_from([0, 1, 2, 3, 32, 33, 64]) | st.integers(0, 255),
        count=st.just(1) | st.integers(1, 255),
        tokens=st.just(()) | st.lists(UINT32, max_size=8).map(tuple),
        name=names(),
    )


@st.composite
def sketches(draw: st.DrawFn, largest: int = 40) -> Sketch:
    """Complete and sampled sketches."""
    count, seed = draw(st.integers(0, largest)), draw(UINT32)
    # Spread over the whole space without drawing every token: large sketches stay cheap.
    tokens = sorted({(seed + 2654435761 * n) % COMPLETE for n in range(count)})
    if tokens and draw(st.booleans()):
        threshold = tokens.pop()
        return Sketch(frozenset(tokens), threshold, count + draw(st.integers(0, 1000)))
    return Sketch(frozenset(tokens), COMPLETE, count)


UINT24 = st.integers(0, 2**24 - 1)


@st.composite
def list_digests(draw: st.DrawFn) -> ListDigest:
    """Any list digest, complete or not; its numbers need not belong together."""
    length = draw(st.integers(0, 40) | st.integers(0, 2**32 - 1))
    count = len(marks(length))
    return ListDigest(
        path=draw(UINT32),
        length=length,
        chain=tuple(draw(st.lists(UINT24, min_size=count, max_size=count))),
        ids=tuple(draw(st.lists(UINT24, max_size=min(length, 20)))),
        total=draw(UINT24),
        messages=draw(st.booleans()),
        name=draw(names()),
    )


def fingerprints(most_facts: int = 12, most_tokens: int = 40) -> st.SearchStrategy[Fingerprint]:
    """Any fingerprint of suite 1."""
    return st.builds(
        Fingerprint,
        key_id=st.binary(min_size=4, max_size=4),
        root=UINT64,
        facts=st.lists(facts(), max_size=most_facts).map(tuple),
        fact_total=st.integers(0, 10_000),
        fact_threshold=st.just(1 << 40) | UINT40,
        words=sketches(most_tokens),
        bigrams=sketches(most_tokens),
        lists=st.lists(list_digests(), max_size=3).map(tuple),
        pruned=st.lists(st.tuples(TEXT, TEXT), max_size=3).map(tuple),
        absent=st.lists(TEXT, max_size=3).map(tuple),
        limits=st.integers(0, 1023).map(Limit),
        meaning=st.none() | meanings(),
        size=st.integers(0, 2**40),
    )


def meanings() -> st.SearchStrategy[Meaning]:
    """Any codes of meaning, in their order."""
    bits = st.integers(0, 2**BITS - 1)
    values = st.lists(UINT32, max_size=MOST_VALUES).map(tuple)
    codes = st.lists(st.builds(Code, UINT40, bits, values, st.booleans()), min_size=1, max_size=6)
    return st.builds(Meaning, probe=bits, codes=codes.map(sorted).map(tuple))


def _maybe(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.none() | strategy


def spans() -> st.SearchStrategy[ReducedSpan]:
    """Any reduced span."""
    trace_ids, span_ids = st.binary(min_size=16, max_size=16), st.binary(min_size=8, max_size=8)
    hints = st.builds(
        HandoffHint,
        id=_maybe(TEXT),
        source=_maybe(TEXT),
        target=_maybe(TEXT),
        mode=_maybe(st.sampled_from(Mode)),
        rule=_maybe(TEXT),
        sequence=_maybe(st.integers(-(2**31), 2**31)),
    )
    return st.builds(
        ReducedSpan,
        trace_id=trace_ids,
        span_id=span_ids,
        parent_id=st.just(b"") | span_ids,
        start=UINT64,
        end=UINT64,
        dialect=TEXT,
        role=st.sampled_from(Role),
        agent=_maybe(TEXT),
        turn_key=_maybe(TEXT),
        links=st.lists(st.tuples(trace_ids, span_ids), max_size=2).map(tuple),
        keys=st.lists(st.builds(SessionKey, st.sampled_from(KeyKind), TEXT), max_size=2).map(tuple),
        scope=TEXT,
        service=_maybe(TEXT),
        service_version=_maybe(TEXT),
        agent_version=_maybe(TEXT),
        journey=_maybe(TEXT),
        tool=_maybe(TEXT),
        handoff=_maybe(hints),
        order=_maybe(st.integers(-(2**31), 2**31)),
        problems=st.lists(st.sampled_from(Reason), max_size=2).map(tuple),
        fingerprints=st.dictionaries(
            st.sampled_from(Side), fingerprints(most_facts=3, most_tokens=8).map(pack), max_size=2
        ),
    )


TELLING = (
    [f"ORD-{n}" for n in range(1000, 1040)]
    + [float(n) + 0.5 for n in range(2000, 2040)]
    + [f"2026-{month:02d}-{day:02d}" for month in (3, 9) for day in range(10, 28)]
    + [f"{name}@example.org" for name in ("dana", "kim", "lee", "max", "ola", "pat", "sam", "uma")]
    + ["zebra lantern", "copper kettle", "velvet wagon", "yellow anchor", "pepper saddle"]
)
COMMON = [True, False, 0, 3, 7, "open", "closed", "high"]
KEYS = [f"{first}_{last}" for first in ("ship", "bill", "pay", "call") for last in ("a", "b", "c")]
SENTENCES = [
    f"{who} {does} the {thing} {when}."
    for who, does in (("The courier", "delivered"), ("Her neighbour", "returned"))
    for thing in ("copper kettle", "velvet chair", "garden lamp", "yellow bicycle", "heavy ladder")
    for when in ("before the storm began", "after a long dispute", "without any receipt at all")
]


@st.composite
def states(draw: st.DrawFn, most: int = 8) -> dict[str, Any]:
    """A state of which no value tells the same as another: nested, with lists, with flags."""
    values = draw(st.lists(st.sampled_from(TELLING), unique=True, max_size=most))
    flags = draw(st.dictionaries(st.sampled_from(KEYS), st.sampled_from(COMMON), max_size=3))
    state: dict[str, Any] = {f"is_{key}": value for key, value in flags.items()}
    keys = draw(st.permutations(KEYS))
    while values:
        key = keys.pop()
        match draw(st.sampled_from(["leaf", "nested", "list", "records"])):
            case "leaf":
                state[key] = values.pop()
            case "nested":
                state[key] = {other: values.pop() for other in KEYS[:2] if values}
            case "list":
                state[key] = [values.pop() for _ in range(3) if values]
            case _:
                state[key] = [{other: values.pop()} for other in KEYS[:3] if values]
    return state


def conversations(most: int = 8) -> st.SearchStrategy[list[dict[str, str]]]:
    """Messages of one to three sentences each, none of them twice."""
    texts = st.lists(st.sampled_from(SENTENCES), unique=True, min_size=1, max_size=most)
    roles = st.sampled_from(["user", "assistant"])
    return st.tuples(texts, st.lists(roles, min_size=most, max_size=most)).map(
        lambda drawn: [
            {"role": role, "content": text} for text, role in zip(drawn[0], drawn[1], strict=False)
        ]
    )


def shuffled(value: Any, chance: Random) -> Any:
    """The same context with its keys and the items of its lists in another order."""
    if isinstance(value, dict):
        items = [(key, shuffled(one, chance)) for key, one in value.items()]
        return dict(chance.sample(items, len(items)))
    if isinstance(value, list):
        return [shuffled(one, chance) for one in chance.sample(value, len(value))]
    return value


def leaves(value: Any) -> list[Any]:
    """What a context holds, without keys and order."""
    if isinstance(value, dict):
        return [leaf for one in value.values() for leaf in leaves(one)]
    if isinstance(value, list):
        return [leaf for one in value for leaf in leaves(one)]
    return [value]
