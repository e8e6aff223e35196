"""What `@intact.agent` costs against other decorators that record inputs and outputs.

Each peer runs beside ours in an environment of its own, on the same function and the same states,
each time with one new message. On the first run the environments are made, which takes minutes and
a package index.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson

from benchmarks.speed.harness import Effort, Row, microseconds
from benchmarks.speed.peers.environments import PEERS, compared

_WAYS: Final[Mapping[str, str]] = {
    "inline": "CPU of all threads",
    "deferred": "CPU of the agent's thread alone, on both sides",
}


def rows(effort: Effort) -> Iterator[Row]:
    """Rows for each peer, ours inline and deferred."""
    for peer in PEERS:
        found = orjson.loads(compared(peer, effort))
        for way, clock in _WAYS.items():
            condition = f"over {peer} {found['version']}, which records {_told(found)}; {clock}"
            for one in found[way]:
                yield _row(peer, way, condition, one)


def _told(found: Mapping[str, Any]) -> str:
    """What a peer writes for a state of 50 KB."""
    sizes = (f"{name} ({size:,} characters)" for name, size in found["recorded"].items())
    return " and ".join(sizes)


def _row(peer: str, way: str, condition: str, found: Mapping[str, Any]) -> Row:
    large = found["size"] == "50 KB"
    return Row(
        f"decorator {found['size']}, one new message, {way}, over {peer}",
        found["ratio"],
        "x",
        1 if large else None,
        1 / 3 if large else None,
        condition,
        microseconds(found["ours"]),
        microseconds(found["against"]),
    )
