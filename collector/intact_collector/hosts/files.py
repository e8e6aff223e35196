"""Files of recorded telemetry -> sessions.

In: paths (``-`` is standard input) of OTLP as exporters and collectors write it.  Out: a
`Reading`: the sessions, and what was skipped or could not be read. Which bytes are which format
is found out by `otlp_file`.
"""

from __future__ import annotations

import gzip
import sys
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO, cast

from intact.fingerprint import Key
from intact_collector.diagnosis import Tally
from intact_collector.dialects.choose import REGISTRY
from intact_collector.errors import UnreadableFile
from intact_collector.hosts.leaks import examine
from intact_collector.hosts.memory import MemoryCollector
from intact_collector.hosts.otlp_file import Flaw, Logs, Peekable, Traces, requests
from intact_collector.model.session import Session
from intact_collector.otlp import UNCLAIMED_SCOPE, UNCLAIMED_SPAN
from intact_collector.pipeline import Settings
from intact_collector.reduce import Discretion

STANDARD_INPUT = "-"

#: Fingerprints of a report never leave the process: a known key gives the same report each time.
_KEY = Key(b"intact: report on files")

_GZIP = b"\x1f\x8b"
_NOTED = 5  # flaws of one file that are told one by one


@dataclass(slots=True)
class Reading:
    """What files held."""

    sessions: Sequence[Session] = ()
    spans: int = 0  # that belong to agents, models or tools
    others: int = 0  # spans of instrumentations that name no agents
    skipped: Counter[str] = field(default_factory=Counter)  # spans and log records, by reason
    notes: list[str] = field(default_factory=list)  # what could not be read, for people


def read_files(
    paths: Iterable[str | Path],
    settings: Settings | None = None,
    discretion: Discretion | None = None,
    tally: Tally | None = None,
) -> Reading:
    """Read files and report their sessions. Content is fingerprinted as it is read, and dropped.

    A last line that was cut, as in a file that is still being written, is noted and left out.
    With a ``tally`` everything is counted that a diagnosis needs.

    Raises:
        UnreadableFile: If a file cannot be opened or holds no OTLP at all; names the file.
    """
    collector = MemoryCollector(
        (discretion or Discretion()).fingerprints(_KEY), settings or Settings(), tally=tally
    )
    reading = Reading()
    for path in paths:
        _read(str(path), collector, reading, tally)
    reading.sessions = collector.drain()
    reading.spans = collector.spans
    reading.skipped += collector.skipped + collector.discarded
    reading.others = collector.skipped[UNCLAIMED_SCOPE] + collector.skipped[UNCLAIMED_SPAN]
    reading.notes += _left_out(reading)
    reading.notes += [f"the dialect {one.name} is left out: {one.why}" for one in REGISTRY.broken]
    return reading


#: What a reader should know about things that were left out, by their reason.
_REASONS = {
    "evicted": "spans were left out, since a session has a limit",
    "log_record": "log records were left out: they hold no messages of a model call in a span",
    "metrics": "metrics requests were left out: they show no handoff",
    "no_agent": "spans lie in traces without an agent",
    "bad_id": "spans were left out, since their ids are no OTLP ids",
    "unreadable": "spans could not be read",
}
_OTHERS = "spans belong to instrumentations that name no agents"


def _left_out(reading: Reading) -> list[str]:
    """One line a reason. Spans of web frameworks matter only where nothing else was found."""
    counts = {reason: count for reason, count in sorted(reading.skipped.items()) if count}
    notes = [
        f"{count} {_REASONS[reason]}" for reason, count in counts.items() if reason in _REASONS
    ]
    others = reading.others
    return [*notes, f"{others} {_OTHERS}"] if others and not reading.sessions else notes


def _read(path: str, collector: MemoryCollector, reading: Reading, tally: Tally | None) -> None:
    name = "standard input" if path == STANDARD_INPUT else path
    good = 0
    flaws: list[Flaw] = []
    try:
        with _opened(path) as file:
            for found in requests(file):
                if isinstance(found, Flaw):
                    flaws.append(found)
                    continue
                good += 1
                if isinstance(found, Traces):
                    collector.take(found.request)
                    if tally is not None:
                        examine(found.request, name, tally)
                elif isinstance(found, Logs):
                    collector.take_logs(found.request)
                else:
                    reading.skipped["metrics"] += 1
    except (EOFError, zlib.error, gzip.BadGzipFile):
        flaws.append(Flaw("the compressed data ends early or is damaged"))
    except OSError as error:
        raise UnreadableFile(f"{name}: {error.strerror or 'cannot be read'}") from None
    if flaws and not good:
        raise UnreadableFile(f"{name}: {flaws[0].message}")
    if not good:
        reading.notes.append(f"{name}: the file is empty")
    reading.skipped["unreadable_line"] += len(flaws)
    reading.notes += [f"{name}: {flaw.message}; left out" for flaw in flaws[:_NOTED]]
    if len(flaws) > _NOTED:
        reading.notes.append(f"{name}: {len(flaws) - _NOTED} more such lines")


@contextmanager
def _opened(path: str) -> Iterator[Peekable]:
    """A file, or standard input, uncompressed and ready to be peeked into."""
    if path == STANDARD_INPUT:
        yield _inflated(sys.stdin.buffer)
        return
    with Path(path).open("rb") as file:
        yield _inflated(file)


def _inflated(file: BinaryIO) -> Peekable:
    buffered = file if isinstance(file, BufferedReader) else BufferedReader(cast(Any, file))
    if buffered.peek(2)[:2] != _GZIP:
        return buffered
    return BufferedReader(gzip.GzipFile(fileobj=buffered))
