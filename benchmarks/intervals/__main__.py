"""Whether intervals hold what they say: handoffs of known retention, measured as the product does.

Each trial invents what a sender knew and what was received of it (`contexts`), and takes both
sides through the product's path from there: fitted to the bytes of a span attribute, encoded,
decoded, measured. The truth is the same measure on the fingerprints before anything had to leave.
Two intervals are judged: that of a handoff's ``retention``, as users see it, and that of the share
of content bigrams alone, up to the longest texts. Progress goes to standard error, the table or the
JSON to standard output; a cell below the goal is said and is no error.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Final

import orjson

from benchmarks.intervals.contexts import Handoff, World
from intact.codec.wire import decode, encode
from intact.measure import compare
from intact.measure.containment import containment
from intact.measure.interval import Share
from intact.model.fingerprint import Fingerprint

GOAL: Final = 0.93
_SIZES: Final = (10, 100, 1_000, 10_000)
_LONGEST: Final = 100_000
_EXTRAS: Final = (0.0, 1.0, 10.0)
_ARRIVES: Final = (0.05, 0.5, 0.9, 1.0)
#: Tokens that one cell may invent: long handoffs are tried less often.
_EFFORT: Final = 3_000_000
_MOST, _LEAST = 250, 50

_Judged = tuple[Share, Share]  # the truth, and what the product says


@dataclass(frozen=True, slots=True)
class Cell:
    """Handoffs of one size, with so much else on the received side."""

    measure: str
    tokens: int
    extra: float
    trials: int  # for each share that arrives
    coverage: float  # over all shares
    worst: float  # of the share that is covered least
    width: float  # mean
    measured: float  # how often there was a value at all
    exact: float  # how often the interval had no width

    @property
    def ok(self) -> bool:
        return self.coverage >= GOAL


def main(arguments: Sequence[str] | None = None) -> None:
    """Judge both intervals, cell by cell."""
    asked = _parser().parse_args(arguments)
    began = time.monotonic()
    cells = []
    for cell in _cells(asked.seed, asked.effort):
        cells.append(cell)
        place = f"{cell.measure}, {cell.tokens:,} tokens, {cell.extra:g}x"
        print(f"{time.monotonic() - began:5.0f} s  {place}", file=sys.stderr)
    if asked.json:
        found = {
            "version": version("intact"),
            "seed": asked.seed,
            "goal": GOAL,
            "cells": [{**asdict(cell), "ok": cell.ok} for cell in cells],
        }
        print(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
    else:
        print(f"intact {version('intact')}, seed {asked.seed}\n\n{table(cells)}")


def table(cells: Sequence[Cell]) -> str:
    """A line a cell."""
    lines = [
        f"{'interval of':<12} {'tokens':>8} {'extra':>6} {'trials':>7} {'covers':>7} {'worst':>6}"
        f" {'width':>6} {'measured':>9} {'exact':>6}  goal {GOAL}"
    ]
    lines += [
        f"{cell.measure:<12} {cell.tokens:>8,} {cell.extra:>5g}x {cell.trials * len(_ARRIVES):>7,}"
        f" {cell.coverage:>7.3f} {cell.worst:>6.3f} {cell.width:>6.3f} {cell.measured:>9.3f}"
        f" {cell.exact:>6.3f}  {'ok' if cell.ok else 'missed'}"
        for cell in cells
    ]
    shares = ", ".join(f"{share:g}" for share in _ARRIVES)
    lines.append(
        f"\nOf each handoff a share of {shares} arrives; worst is the share covered least."
    )
    return "\n".join(lines)


def _cells(seed: int, effort: float) -> Iterator[Cell]:
    for name, judge, sizes in (
        ("retention", retention_of, _SIZES),
        ("bigrams", bigrams_of, (*_SIZES, _LONGEST)),
    ):
        for tokens in sizes:
            for extra in _EXTRAS:
                yield cell_of(name, judge, tokens, extra, seed, effort)


def cell_of(
    name: str,
    judge: Callable[[Handoff], _Judged],
    tokens: int,
    extra: float,
    seed: int,
    effort: float,
) -> Cell:
    """Many handoffs of one size, judged."""
    most = max(_LEAST, min(_MOST, round(_EFFORT / len(_ARRIVES) / tokens / (2 + extra))))
    trials = max(1, round(most * effort))
    coverage, width, measured, exact = [], 0.0, 0, 0
    for arrives in _ARRIVES:
        world = World((seed, tokens, extra, arrives))
        make = world.bigrams if name == "bigrams" else world.handoff
        held = counted = 0
        for _ in range(trials):
            truth, said = judge(make(tokens, arrives, extra))
            if truth.value is None:
                continue
            counted += 1
            held += said.low - 1e-9 <= truth.value <= said.high + 1e-9
            width += said.high - said.low
            measured += said.value is not None
            exact += said.low == said.high
        coverage.append((held, counted))
    all_held, all_counted = (sum(column) for column in zip(*coverage, strict=True))
    worst = min(held / counted for held, counted in coverage if counted)
    of = max(1, all_counted)
    return Cell(
        name, tokens, extra, trials, all_held / of, worst, width / of, measured / of, exact / of
    )


def _arrived(side: Fingerprint) -> Fingerprint:
    return decode(encode(side))


def retention_of(handoff: Handoff) -> _Judged:
    """The retention of a handoff, as users see it."""
    truth = compare(handoff.known, handoff.received)
    said = compare(_arrived(handoff.known), _arrived(handoff.received))
    value, interval = said.retention, said.interval
    share = Share(value, interval.low, interval.high) if interval else Share(None, 0.0, 1.0)
    return Share(truth.retention, 0.0, 1.0), share


def bigrams_of(handoff: Handoff) -> _Judged:
    """The share of the sender's bigrams that the receiver holds."""
    truth = containment(handoff.known.bigrams, handoff.received.bigrams)
    known, received = _arrived(handoff.known), _arrived(handoff.received)
    return truth, containment(known.bigrams, received.bigrams)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.intervals", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--seed", type=int, default=1, help="chance to start from")
    parser.add_argument("--effort", type=float, default=1.0, help="0.01 shows that all runs")
    return parser


if __name__ == "__main__":
    main()
