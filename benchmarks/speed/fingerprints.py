"""What a fingerprint costs, against one serialisation and one fast hash of the same state."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import repeat
from typing import TypeVar

import orjson
import xxhash

from benchmarks.speed.harness import Effort, Row, compare, microseconds
from benchmarks.speed.states import KEY, conversation, fresh, growing, state
from intact.codec.wire import to_attribute
from intact.fingerprint import Fingerprinter
from intact.measure import compare as measure

T = TypeVar("T")

_SHORT, _LONG = 200, 800  # messages of a history


def rows(effort: Effort) -> Iterator[Row]:
    """Making, writing and comparing fingerprints."""
    make = Fingerprinter(KEY).fingerprint
    ten = state(10_000)
    yield _row(
        "fingerprint 10 KB, seen before",
        40,
        15,
        "state",
        make,
        floor,
        repeat(ten),
        effort,
        calls=300,
    )
    yield _row(
        "fingerprint 10 KB, all text new",
        250,
        100,
        "state; its words are few and soon known",
        make,
        floor,
        fresh(10_000),
        effort,
        calls=10,
    )
    for size, label in ((10_000, "10 KB"), (50_000, "50 KB")):
        yield _row(
            f"fingerprint {label}, one new message",
            None,
            None,
            "state",
            make,
            floor,
            growing(size),
            effort,
            calls=20,
        )
    yield from _conversations(make, effort)
    known = make(ten)
    yield _row(
        "write a fingerprint of 10 KB",
        None,
        None,
        "state",
        lambda _: to_attribute(known),
        floor,
        repeat(ten),
        effort,
        calls=20,
    )
    received = make(ten | {"refund_by": None})
    yield _row(
        "compare two fingerprints of 10 KB",
        None,
        None,
        "state",
        lambda _: measure(known, received),
        floor,
        repeat(ten),
        effort,
        calls=20,
    )


def _conversations(make: Callable[[object], object], effort: Effort) -> Iterator[Row]:
    """One more message in a short history and in a long one, and what each known one costs."""
    short, long = (
        compare(make, floor, conversation(length), effort, calls=10) for length in (_SHORT, _LONG)
    )
    growth = (long.ours - short.ours) / (_LONG - _SHORT)
    for length, found, must, aim in ((_SHORT, short, None, None), (_LONG, long, 4, 2)):
        yield Row(
            f"fingerprint {length} messages, and one more",
            found.ratio,
            "x",
            must,
            aim,
            "over orjson + xxh3 of the whole state; from the shorter history to the longer one each"
            f" known message costs {1_000 * growth:,.0f} ns",
            microseconds(found.ours),
            microseconds(found.against),
        )


def floor(value: object) -> bytes:
    """One serialisation and one hash: the least that telling two states apart can cost."""
    return xxhash.xxh3_128_digest(orjson.dumps(value, option=orjson.OPT_SORT_KEYS))


def _row(
    name: str,
    must: float | None,
    aim: float | None,
    what: str,
    ours: Callable[[T], object],
    against: Callable[[T], object],
    inputs: Iterator[T],
    effort: Effort,
    *,
    calls: int,
) -> Row:
    found = compare(ours, against, inputs, effort, calls=calls)
    return Row(
        name,
        found.ratio,
        "x",
        must,
        aim,
        f"over orjson + xxh3 of the same {what}",
        microseconds(found.ours),
        microseconds(found.against),
    )
