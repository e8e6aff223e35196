"""What Intact costs, measured here and now, beside the budgets that it has to keep.

Progress goes to standard error, the table or the JSON to standard output. A budget that is not met
is said and is no error: the exit code is 0 whenever everything ran.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from typing import Final

import orjson

from benchmarks.speed import decorators, fingerprints, foreign, latency, memory, receive
from benchmarks.speed.harness import FULL, QUICK, Effort, Row
from benchmarks.speed.peers import group as peers
from benchmarks.speed.table import table

_GROUPS: Final[Mapping[str, Callable[[Effort], Iterator[Row]]]] = {
    "fingerprints": fingerprints.rows,
    "decorators": decorators.rows,
    "foreign": foreign.rows,
    "receive": receive.rows,
    "memory": memory.rows,
    "latency": latency.rows,
}
#: Run when they are asked for: they need a package index to be set up.
_ON_REQUEST: Final[Mapping[str, Callable[[Effort], Iterator[Row]]]] = {"peers": peers.rows}
_EVERY: Final = {**_GROUPS, **_ON_REQUEST}
_PARTS: Final = ("opentelemetry-sdk", "grpcio", "protobuf", "orjson", "xxhash")
_NOTES: Final = (
    "Ratios are of CPU time within one round, A B A B; quoted is the median over rounds.",
    "Other decorators run on request: --only peers. Other collectors are not part of this.",
)
_QUICK_NOTE: Final = "A quick look: it shows that everything runs, and its numbers mean nothing."


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the benchmarks that are asked for."""
    asked = _parser().parse_args(arguments)
    effort = QUICK if asked.quick else FULL
    began, busy = time.monotonic(), os.getloadavg()[0]
    groups: dict[str, list[Row]] = {}
    for name in dict.fromkeys(asked.only or _GROUPS):
        groups[name] = []
        for row in _EVERY[name](effort):
            groups[name].append(row)
            print(f"{time.monotonic() - began:5.0f} s  {row.name}", file=sys.stderr)
    notes = [*_NOTES, _QUICK_NOTE] if asked.quick else list(_NOTES)
    if asked.json:
        print(orjson.dumps(_document(groups, notes, busy), option=orjson.OPT_INDENT_2).decode())
        return
    parts = ", ".join(f"{name} {number}" for name, number in _versions().items())
    print(
        f"intact {version('intact')}, Python {platform.python_version()}, {os.cpu_count()} cores,"
        f" load {busy:.1f} before it began\n{parts}\n"
    )
    print(table(groups))
    print("\n" + "\n".join(notes))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--only", action="append", choices=_EVERY, help="may be repeated")
    parser.add_argument("--quick", action="store_true", help="see that everything runs")
    return parser


def _document(
    groups: Mapping[str, Sequence[Row]], notes: Sequence[str], busy: float
) -> dict[str, object]:
    return {
        "version": version("intact"),
        "python": platform.python_version(),
        "machine": {
            "cores": os.cpu_count(),
            "architecture": platform.machine(),
            "load_before": round(busy, 2),
        },
        "versions": _versions(),
        "notes": notes,
        "rows": [
            {"group": group, **asdict(row), "ok": row.ok}
            for group, rows in groups.items()
            for row in rows
        ],
    }


def _versions() -> dict[str, str]:
    return {name: version(name) for name in _PARTS}


if __name__ == "__main__":
    main()
