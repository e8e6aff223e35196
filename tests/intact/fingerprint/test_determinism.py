"""Equal contexts have equal fingerprints: in any order, in any process, seen before or not."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from intact.fingerprint import Fingerprinter, Key
from intact.model.fingerprint import Fingerprint, Limit
from tests.intact.fingerprint.reading import KEY, fresh, read

ROOT = Path(__file__).parents[3]

KEYS = st.sampled_from(["id", "order", "items", "role", "content", "type", "a.b", "größe"])
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        [
            "A-1042",
            "$129.90",
            "6:15 pm",
            "2026-12-04",
            "user",
            '{"id": "A-1"}',
            "Send the parcel to Dana Smith before 4 May, not later. It costs 1,299 USD.",
        ]
    )
)
CONTEXTS = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(KEYS | st.text(max_size=6), inner, max_size=4)
        | st.tuples(inner, inner)
        | st.sets(st.text(max_size=4) | st.integers(), max_size=3)
    ),
    max_leaves=12,
)


def reversed_dicts(context: Any) -> Any:
    """An equal context whose dicts have their keys in another order."""
    if isinstance(context, dict):
        return {key: reversed_dicts(context[key]) for key in reversed(context)}
    if isinstance(context, (list, tuple)):
        return type(context)(map(reversed_dicts, context))
    return context


@given(CONTEXTS)
@settings(max_examples=150)
def test_no_context_raises_and_equal_ones_are_equal(context: object) -> None:
    """First reading, second reading, another fingerprinter of the same key, keys permuted."""
    first = fresh().fingerprint(context)
    assert not first.limits & (Limit.ERROR | Limit.MUTATED)
    assert read(context) == first
    assert read(context) == first
    assert fresh().fingerprint(reversed_dicts(context)) == first
    assert all(fact.name for fact in first.facts)


SECRETS = st.builds("{} {}".format, st.sampled_from(["Zyx-1042", "Qwv mail", "q@zyx.org"]), KEYS)


@given(
    st.recursive(
        SECRETS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SECRETS, inner, max_size=3),
        max_leaves=6,
    )
)
@settings(max_examples=60)
def test_what_leaves_holds_no_text_of_the_context(context: object) -> None:
    """Neither values nor keys that are content."""
    message = {"role": "tool", "name": "Zyx mail", "content": context}
    for one in (context, [message], json.dumps(context)):
        assert not re.search("zyx|qwv", repr(read(one)), re.IGNORECASE)


def test_another_key_gives_another_fingerprint_throughout() -> None:
    """Nothing of it can be compared, and its id says so."""
    context = {"id": "A-1042", "text": "Send the parcel to Dana Smith in the old town."}
    ours = read(context)
    theirs = Fingerprinter(Key(b"another key of other people....")).fingerprint(context)
    assert ours.key_id != theirs.key_id
    assert ours.root != theirs.root
    assert not {f.value for f in ours.facts} & {f.value for f in theirs.facts}
    assert not {f.path for f in ours.facts} & {f.path for f in theirs.facts}
    assert not ours.words.tokens & theirs.words.tokens
    assert not ours.bigrams.tokens & theirs.bigrams.tokens


def test_any_change_of_a_value_changes_the_root() -> None:
    """As does a change of place; the order of keys does not."""
    state = {"a": {"id": "A-1"}, "b": [1042, "x"], "c": True, "d": "Open", "e": 5}
    others = [
        {**state, "a": {"id": "A-2"}},
        {**state, "b": ["x", 1042]},
        {**state, "c": False},
        {**state, "d": "open"},
        {**state, "e": 6},
        {**state, "f": 1},
        {key: value for key, value in state.items() if key != "e"},
        {"b": state["a"], "a": state["b"], "c": True, "d": "Open", "e": 5},
    ]
    roots = {read(other).root for other in [state, *others]}
    assert len(roots) == len(others) + 1


PROGRAM = """
import json, sys
from collections import namedtuple
from enum import Enum
from tests.intact.fingerprint.reading import fresh

class Colour(Enum):
    RED, BLUE = "dark red", "light blue"

contexts = json.load(sys.stdin)
contexts.append({
    "tags": {"A-1", "B-2", "C-3", "long words of a set", 4711, None},
    "sets": {frozenset({"x1", "y2", "z3"}), frozenset({"u4", "v5"})},
    "pairs": {("w6", frozenset({"q7", "r8"})), ("w7", frozenset({"q8", "r9"}))},
    "colours": {Colour.RED, Colour.BLUE},
    Colour.RED: namedtuple("Pair", "left right")("A-1", b"raw"),
})
for context in contexts:
    fingerprint = fresh().fingerprint(context, must_keep=["order.id"])
    print(fingerprint.root, fingerprint.facts, sorted(fingerprint.words.tokens),
          sorted(fingerprint.bigrams.tokens), fingerprint.lists, fingerprint.limits)
"""


def printed(seed: str, contexts: list[object]) -> str:
    """What a process with its own order of sets and strings makes of some contexts."""
    return subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps(contexts),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={"PYTHONHASHSEED": seed, "PYTHONPATH": f"{ROOT}/src:{ROOT}"},
    ).stdout


def test_every_process_makes_the_same_fingerprint() -> None:
    """Whatever its hash seed."""
    golden = ROOT / "tests/golden/fingerprints/contexts.json"
    contexts = [vector["context"] for vector in json.loads(golden.read_text())["vectors"]]
    first = printed("1", contexts)
    assert first.count("\n") == len(contexts) + 1
    assert printed("2", contexts) == first


def test_threads_share_a_fingerprinter() -> None:
    """Each gets what it would have got alone."""
    contexts = [{"id": f"A-{n}", "text": f"Parcel {n} goes to Berlin today."} for n in range(40)]
    alone: list[Fingerprint] = [fresh().fingerprint(context) for context in contexts]
    shared = Fingerprinter(KEY)
    with ThreadPoolExecutor(4) as pool:
        for _ in range(3):
            assert list(pool.map(shared.fingerprint, contexts)) == alone


def test_more_contexts_than_are_remembered_are_read_all_the_same() -> None:
    """Forgetting costs time, nothing else."""
    fingerprinter = fresh()
    states = [{"id": f"A-{n}"} for n in range(600)]
    first = [fingerprinter.fingerprint(state) for state in states]
    assert [fingerprinter.fingerprint(state) for state in states] == first
    assert len({one.root for one in first}) == len(states)


def test_a_context_that_changed_in_place_is_read_anew() -> None:
    """The memory goes by content, not by identity."""
    fingerprinter = fresh()
    state: dict[str, Any] = {"items": [{"id": "A-1042"}]}
    before = fingerprinter.fingerprint(state)
    state["items"].append({"id": "B-771"})
    after = fingerprinter.fingerprint(state)
    assert (len(before.facts), len(after.facts)) == (1, 2)


def test_declarations_are_part_of_what_is_remembered() -> None:
    """The same context, asked for otherwise, is another answer."""
    fingerprinter = fresh()
    state = {"id": "A-1042"}
    plain = fingerprinter.fingerprint(state)
    declared = fingerprinter.fingerprint(state, must_keep=["id"], pruned=[("note", "too long")])
    assert [one.facts[0].flags for one in (plain, declared)] == [2, 35]
    assert declared.pruned == (("note", "too long"),)
