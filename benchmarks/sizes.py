"""How large fingerprints are, and what of a state fits: one line for each size of state.

    python -m benchmarks.sizes [--json]

The states are those of `benchmarks.speed`: some fields and messages of invented words. Times are
CPU time, the best of many. A state of 1 MB is more text than is read: the rest is marked.
"""

from __future__ import annotations

import argparse
from base64 import b64decode
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from time import process_time_ns
from typing import Final

import orjson

from benchmarks.speed.states import KEY, state
from intact.codec.wire import decode, to_attribute
from intact.fingerprint import Fingerprinter
from intact.model.fingerprint import Limit, Sketch

_SIZES: Final = (1_000, 10_000, 100_000, 1_000_000)
_REPEATS: Final = 15


@dataclass(frozen=True, slots=True)
class Size:
    """One state and its fingerprint."""

    state: int
    facts: int
    kept: int
    named: int
    words: str  # kept / of
    bigrams: str
    raw: int
    characters: int
    write: float  # microseconds
    read: float
    limits: str


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sizes", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    asked = parser.parse_args(arguments)
    found = [measured(size) for size in _SIZES]
    if asked.json:
        print(orjson.dumps([asdict(one) for one in found], option=orjson.OPT_INDENT_2).decode())
        return
    head = ("state B", "facts", "kept", "named", "words", "bigrams", "raw B", "base64", "write µs",
            "read µs", "left out")  # fmt: skip
    rows = [
        (f"{one.state:,}", f"{one.facts:,}", str(one.kept), str(one.named), one.words, one.bigrams,
         f"{one.raw:,}", f"{one.characters:,}", f"{one.write:,.0f}", f"{one.read:,.0f}",
         one.limits)
        for one in found
    ]  # fmt: skip
    widths = [max(len(row[at]) for row in (head, *rows)) for at in range(len(head))]
    for row in (head, *rows):
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))


def measured(size: int) -> Size:
    """One line of the table."""
    context = state(size)
    whole = Fingerprinter(KEY).fingerprint(context)
    text, raw = to_attribute(whole)
    data = orjson.dumps(context)
    arrived = b64decode(text)
    kept = decode(arrived)
    return Size(
        state=len(data),
        facts=len(whole.facts),
        kept=len(kept.facts),
        named=sum(bool(fact.name) for fact in kept.facts),
        words=_of(kept.words),
        bigrams=_of(kept.bigrams),
        raw=raw,
        characters=len(text),
        write=min(_time(lambda: to_attribute(whole)) for _ in range(_REPEATS)),
        read=min(_time(lambda: decode(arrived)) for _ in range(_REPEATS)),
        limits=", ".join(str(one.name).lower() for one in Limit if one and one in kept.limits),
    )


def _of(sketch: Sketch) -> str:
    return f"{len(sketch.tokens):,}/{sketch.total:,}"


def _time(call: Callable[[], object]) -> float:
    start = process_time_ns()
    call()
    return (process_time_ns() - start) / 1_000


if __name__ == "__main__":
    main()
