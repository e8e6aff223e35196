"""What a fingerprint costs, against one serialisation and one fast hash of the same state."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
import xxhash

from benchmarks.speed.harness import Row, compare, microseconds
from benchmarks.speed.states import fresh, growing, state
from intact.fingerprint import Fingerprinter, Key
from intact.measure import compare as measure

_KEY = Key(b"benchmark key, not a secret")


def _floor(value: object) -> bytes:
    return xxhash.xxh3_128_digest(orjson.dumps(value, option=orjson.OPT_SORT_KEYS))


def rows() -> Iterator[Row]:
    """Fingerprint rows."""
    fingerprinter = Fingerprinter(_KEY)
    ten = state(10_000)
    pair = compare(lambda: fingerprinter.fingerprint(ten), lambda: _floor(ten), rounds=9, calls=300)
    yield Row(
        "fingerprint 10 KB, seen before",
        pair.ratio,
        "x",
        40,
        15,
        "over orjson + xxh3 of the same state",
        microseconds(pair.ours),
        microseconds(pair.against),
    )
    new = fresh(10_000)
    batch: list[dict[str, object]] = []

    def prepare() -> None:
        batch[:] = [next(new) for _ in range(10)]

    prepare()
    ours, against = iter(()), iter(())

    def both() -> None:
        nonlocal ours, against
        prepare()
        ours, against = iter(batch), iter(batch)

    both()
    pair = compare(
        lambda: fingerprinter.fingerprint(next(ours, ten)),
        lambda: _floor(next(against, ten)),
        rounds=9,
        calls=10,
        prepare=both,
    )
    yield Row(
        "fingerprint 10 KB, all text new",
        pair.ratio,
        "x",
        250,
        100,
        "over orjson + xxh3 of the same states",
        microseconds(pair.ours),
        microseconds(pair.against),
    )
    for size, label in ((10_000, "10 KB"), (50_000, "50 KB")):
        grown, same = growing(size), state(size)
        pair = compare(
            lambda g=grown: fingerprinter.fingerprint(next(g)),
            lambda s=same: _floor(s),
            rounds=9,
            calls=20,
        )
        yield Row(
            f"fingerprint {label}, one new message",
            pair.ratio,
            "x",
            None,
            None,
            "over orjson + xxh3 of the same size",
            microseconds(pair.ours),
            microseconds(pair.against),
        )
    known = fingerprinter.fingerprint(ten)
    received = fingerprinter.fingerprint(state(10_000) | {"refund_by": None})
    pair = compare(lambda: measure(known, received), lambda: _floor(ten), rounds=9, calls=20)
    yield Row(
        "compare two fingerprints of 10 KB",
        pair.ratio,
        "x",
        None,
        None,
        "over orjson + xxh3 of one of them",
        microseconds(pair.ours),
        microseconds(pair.against),
    )
