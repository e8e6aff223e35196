"""Whether the number means something: the product's measure against data that others labelled.

Progress goes to standard error, the table or the JSON to standard output. A goal that is missed is
said and is no error: the exit code is 0 whenever everything ran, and 2 when the data cannot be
read or an embedder is asked for that is not there.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

import orjson

from benchmarks.truth import (
    paraphrase,
    product,
    realsumm,
    sgd_messages,
    sgd_state,
    trail,
    who_and_when,
)
from benchmarks.truth.figures import Findings
from benchmarks.truth.goals import GOALS
from benchmarks.truth.records import DataError, Record, read
from benchmarks.truth.table import table
from intact.errors import IntactError
from intact.semantic import load

_SETS: Final[Mapping[str, Callable[[Sequence[Record]], Findings]]] = {
    "sgd_messages": sgd_messages.judge,
    "sgd_state": sgd_state.judge,
    "realsumm": realsumm.judge,
    "paraphrase": paraphrase.judge,
    "who_and_when": who_and_when.judge,
    "trail": trail.judge,
}
_CANNOT = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge the data sets that are asked for."""
    asked = _parser().parse_args(arguments)
    metered = None
    if asked.embedder is not None:
        try:
            embedder = load(asked.embedder)
            embedder.load()
        except IntactError as error:
            print(error, file=sys.stderr)
            return _CANNOT
        metered = product.Metered(embedder)
    product.use(metered)
    began = time.monotonic()
    findings: dict[str, Findings] = {}
    try:
        data = {name: read(asked.data, name, asked.split) for name in asked.only or _SETS}
    except DataError as error:
        print(error, file=sys.stderr)
        return _CANNOT
    for name, records in data.items():
        if sys.stderr.isatty():
            print(
                f"         {name}: {len(records)} records …\r", end="", file=sys.stderr, flush=True
            )
        try:
            findings[name] = _SETS[name](records)
        except KeyError as error:
            print(f"{name}: a record has no field {error}", file=sys.stderr)
            return _CANNOT
        except product.EmbedderFailed as error:
            print(f"the embedder {asked.embedder} failed: {error}", file=sys.stderr)
            return _CANNOT
        passed = time.monotonic() - began
        print(f"{passed:5.0f} s  {name}: {len(records)} records  ", file=sys.stderr)
    print(f"judged in {(time.monotonic() - began) / 60:.1f} minutes", file=sys.stderr)
    if metered is not None:
        cost = f"{metered.texts:,} texts, {metered.each:,.0f} µs of CPU time each"
        print(f"embedder {asked.embedder}: {cost}", file=sys.stderr)
    if asked.json:
        print(orjson.dumps(document(asked.split, findings), option=orjson.OPT_INDENT_2).decode())
        return 0
    using = f", embedder {asked.embedder}" if asked.embedder else ""
    print(f"intact {version('intact')}, split {asked.split}{using}\n")
    print(table(findings))
    return 0


def document(split: str, findings: Mapping[str, Findings]) -> dict[str, object]:
    """The findings as JSON, one object a goal: null for what could not be had or is not asked."""
    return {
        "split": split,
        "version": version("intact"),
        "goals": [
            {
                "id": figure.id,
                "value": figure.value,
                "low": figure.low,
                "high": figure.high,
                "n": figure.n,
                "must": GOALS[figure.id].must,
                "ok": GOALS[figure.id].met(figure.value),
            }
            for found in findings.values()
            for figure in found.figures
        ],
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.truth", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="directory of the data sets")
    parser.add_argument("--split", choices=("dev", "heldout"), default="dev")
    parser.add_argument("--only", action="append", choices=_SETS, help="may be repeated")
    parser.add_argument("--embedder", metavar="NAME", help="compare meaning with this model, too")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    return parser


if __name__ == "__main__":
    sys.exit(main())
