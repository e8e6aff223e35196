"""Bytes of suite 1 stay readable for ever, and are still what is written.

Every vector in ``tests/golden/fingerprints`` is a pair: ``NAME.json`` says in words what the
bytes in ``NAME.bin`` hold. Other implementations can test themselves against the same files.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from intact.codec.wire import decode, encode
from intact.model.facts import Fact, Kind
from intact.model.fingerprint import COMPLETE, Fingerprint, Limit, Sketch

GOLDEN = Path(__file__).parents[2] / "golden" / "fingerprints"
NAMES = sorted(path.stem for path in GOLDEN.glob("*.bin"))


def described(name: str) -> Fingerprint:
    """The fingerprint that a vector's JSON describes."""
    said = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    return Fingerprint(
        suite=said["suite"],
        key_id=bytes.fromhex(said["key_id"]),
        root=int(said["root"], 16),
        size=said["size"],
        limits=Limit(said["limits"]),
        facts=tuple(_fact(fact) for fact in said["facts"]),
        fact_total=said["fact_total"],
        fact_threshold=_number(said["fact_threshold"], 1 << 40),
        words=_sketch(said["words"]),
        bigrams=_sketch(said["bigrams"]),
        pruned=tuple((path, reason) for path, reason in said["pruned"]),
        absent=tuple(said["absent"]),
    )


def _fact(said: dict[str, Any]) -> Fact:
    return Fact(
        path=int(said["path"], 16),
        value=int(said["value"], 16),
        exact=int(said["exact"], 16),
        kind=Kind[said["kind"].upper()],
        flags=said["flags"],
        count=said["count"],
        tokens=tuple(int(token, 16) for token in said["tokens"]),
        name=said["name"],
    )


def _sketch(said: dict[str, Any]) -> Sketch:
    tokens = frozenset(int(token, 16) for token in said["tokens"])
    return Sketch(tokens, _number(said["threshold"], COMPLETE), said["total"])


def _number(said: str | None, whole: int) -> int:
    return whole if said is None else int(said, 16)


def test_there_are_vectors() -> None:
    """An empty folder would make the tests below pass for the wrong reason."""
    assert NAMES == ["empty", "sampled", "state"]


@pytest.mark.parametrize("name", NAMES)
def test_the_bytes_say_what_the_words_say(name: str) -> None:
    """Spans of every earlier release stay readable."""
    assert decode((GOLDEN / f"{name}.bin").read_bytes()) == described(name)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_bytes_are_written_today(name: str) -> None:
    """Processes of different versions agree byte for byte on one context."""
    assert encode(described(name)) == (GOLDEN / f"{name}.bin").read_bytes()
