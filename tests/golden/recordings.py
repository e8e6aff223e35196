"""Recorded OTLP of real frameworks, read the way the collector reads it.

One file is one run: a line is one OTLP/JSON request, in the order in which the exporter sent it.
Log records of the run stand in a file beside it.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path

from intact.fingerprint import Fingerprinter, Key
from intact_collector.dialects import choose as dialects
from intact_collector.dialects.raw import RawSpan
from intact_collector.dialects.unseen import with_unseen
from intact_collector.model.span import KeyKind, NeutralSpan, ReducedSpan
from intact_collector.otlp import raw_records, raw_spans
from intact_collector.receive.decode import decode_logs, decode_traces
from intact_collector.receive.request import Media
from intact_collector.reduce import reduce

FOLDER = Path(__file__).parent / "otlp"
KEY = Key(b"the key of the golden recordings")


NAMES = sorted(path.stem for path in FOLDER.glob("*.jsonl") if ".logs" not in path.name)


@cache
def raw(name: str) -> tuple[RawSpan, ...]:
    """The spans of a recording as a dialect sees them; log records come after the spans."""
    found = []
    for line in (FOLDER / f"{name}.jsonl").read_bytes().splitlines():
        found.extend(raw_spans(decode_traces(line, Media.JSON)))
    records = FOLDER / f"{name}.logs.jsonl"
    for line in records.read_bytes().splitlines() if records.exists() else ():
        found.extend(raw for raw, _ in raw_records(decode_logs(line, Media.JSON)))
    return tuple(found)


def is_record(span: RawSpan) -> bool:
    """Whether a raw span stands for log records."""
    return not span.name


def read(span: RawSpan) -> NeutralSpan | None:
    """What the dialect of a span, or of log records, says."""
    return dialects.neutral_content(span) if is_record(span) else dialects.neutral(span)


def neutral(name: str) -> list[NeutralSpan]:
    """The spans of a recording with their content still attached."""
    found = [one for span in raw(name) if (one := read(span)) is not None]
    return [part for one in found for part in with_unseen(one)]


@cache
def reduced(name: str) -> tuple[ReducedSpan, ...]:
    """The spans of a recording as the journal would hold them."""
    fingerprinter = Fingerprinter(KEY)
    return tuple(reduce(span, fingerprinter) for span in neutral(name))


def by_session(spans: tuple[ReducedSpan, ...]) -> list[list[ReducedSpan]]:
    """Spans grouped by session or conversation, else by trace; the earliest group first.

    A trace is never split: a delegated run has a conversation of its own inside the caller's.
    """
    value_of: dict[bytes, str] = {}
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        for key in span.keys:
            if key.kind in (KeyKind.SESSION, KeyKind.CONVERSATION):
                value_of.setdefault(span.trace_id, key.value)
    groups: dict[str, list[ReducedSpan]] = defaultdict(list)
    for span in spans:
        groups[value_of.get(span.trace_id, span.trace_id.hex())].append(span)
    return sorted(groups.values(), key=lambda group: min(span.start for span in group))
