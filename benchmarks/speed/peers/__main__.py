"""One peer against ours, in the environment of that peer; writes what was measured as JSON.

``python -m benchmarks.speed.peers PEER ROUNDS SHARE FILE``, called by `environments`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from time import process_time_ns, thread_time_ns
from typing import Any, Final

import orjson
from opentelemetry.sdk.trace import TracerProvider

import intact
from benchmarks.speed.harness import Effort, compare
from benchmarks.speed.peers.decorated import DECORATED, Agent, Last, processor, same
from benchmarks.speed.states import SECRET, growing
from intact.trace.backlog import BACKLOG

_SIZES: Final = ((1_000, "1 KB", 50), (50_000, "50 KB", 20))
_PACKAGES: Final = {
    "openinference": "openinference-instrumentation",
    "traceloop": "traceloop-sdk",
    "langfuse": "langfuse",
    "logfire": "logfire",
}


def main(peer: str, effort: Effort, file: Path) -> None:
    """Measure, and write one document."""
    last = Last()
    theirs, flush = DECORATED[peer](last)
    recorded = _recorded(theirs, flush, last)
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(processor(Last()))
    intact.configure(key=SECRET, tracer_provider=provider)
    inline, deferred = intact.agent("bench")(same), intact.agent("bench", defer=True)(same)

    def told() -> None:
        if not BACKLOG.drain(60):
            raise RuntimeError("what was deferred took longer than a minute")

    def measured(ours: Agent, clock: Callable[[], int]) -> Iterator[Mapping[str, Any]]:
        for size, label, calls in _SIZES:
            found = compare(
                ours, theirs, growing(size), effort, calls=calls, clock=clock, after=told
            )
            yield {"size": label, **asdict(found)}

    document = {
        "version": version(_PACKAGES[peer]),
        "recorded": recorded,
        "inline": list(measured(inline, process_time_ns)),
        "deferred": list(measured(deferred, thread_time_ns)),
    }
    file.write_bytes(orjson.dumps(document))


def _recorded(theirs: Agent, flush: Callable[[], object], last: Last) -> Mapping[str, int]:
    """The attributes that hold the state, by name, with their length in characters.

    Raises:
        RuntimeError: If it is not both what was given and what was returned.
    """
    state = next(growing(50_000))
    newest = str(state["messages"][-1]["content"])[:200]  # type: ignore[index]
    theirs(state)
    flush()
    found = {
        name: len(value)
        for name, value in last.attributes.items()
        if isinstance(value, str) and newest in value
    }
    if len(found) < 2:
        raise RuntimeError(f"input and output are not both recorded: {sorted(last.attributes)}")
    return found


if __name__ == "__main__":
    main(sys.argv[1], Effort(int(sys.argv[2]), float(sys.argv[3])), Path(sys.argv[4]))
