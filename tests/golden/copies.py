"""A recorded run as if many customers had had it at once: other ids, other values, same story.

A copy has trace, span and session ids of its own. With ``values`` its customer has a name, an order
and an amount of their own as well; without, all customers say exactly the same.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from intact_collector.receive.decode import decode_traces
from intact_collector.receive.request import Media
from tests.golden.recordings import FOLDER

#: Between the starts of two copies: they overlap, and their spans arrive mixed.
_APART = 37_000_000

_HEX = re.compile(rb'"(traceId|spanId|parentSpanId)":\s*"([0-9a-fA-F]+)"')
_TIME = re.compile(rb'"(startTimeUnixNano|endTimeUnixNano|timeUnixNano)":\s*"?(\d+)"?')
#: Session ids in the recordings, by how they look.
_SESSION = re.compile(
    rb"conv-7f3a|conv-1\b|sess-[a-z0-9-]+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)
_SURNAMES = ("Archer", "Bishop", "Carver", "Draper", "Fowler", "Glover", "Harper", "Keeler")


def copies(name: str, count: int, *, values: bool) -> list[ExportTraceServiceRequest]:
    """The requests of so many copies, one of each in turn."""
    queues = [list(_copy(name, number, values)) for number in range(count)]
    longest = max(map(len, queues))
    return [queue[at] for at in range(longest) for queue in queues if at < len(queue)]


def number_of(trace_id: bytes) -> int:
    """Which copy a trace is of."""
    return trace_id[0]


def _copy(name: str, number: int, values: bool) -> Iterator[ExportTraceServiceRequest]:
    for line in (FOLDER / f"{name}.jsonl").read_bytes().splitlines():
        line = _HEX.sub(lambda found: _other_id(found, number), line)
        line = _TIME.sub(lambda found: _later(found, number), line)
        line = _SESSION.sub(lambda found: _other_session(found, number), line)
        if values:
            line = _other_values(line, number)
        yield decode_traces(line, Media.JSON)


def _other_id(found: re.Match[bytes], number: int) -> bytes:
    old = found[2]
    new = hashlib.blake2b(old.lower(), key=b"%d" % number, digest_size=len(old) // 2).hexdigest()
    if found[1] == b"traceId":
        new = f"{number:02x}{new[2:]}"
    return b'"%s":"%s"' % (found[1], new.encode())


def _later(found: re.Match[bytes], number: int) -> bytes:
    return b'"%s":"%d"' % (found[1], int(found[2]) + number * _APART)


def _other_session(found: re.Match[bytes], number: int) -> bytes:
    old = found[0]
    if len(old) == 36:
        digest = hashlib.blake2b(old, key=b"%d" % number, digest_size=16).hexdigest()
        parts = digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:]
        return "-".join(parts).encode()
    return b"%s-%d" % (old, number)


def _other_values(line: bytes, number: int) -> bytes:
    name = _SURNAMES[number % len(_SURNAMES)].encode()
    line = line.replace(b"Whitfield", name).replace(b"whitfield", name.lower())
    line = line.replace(b"48213", b"%d" % (48213 + 101 * number))
    line = line.replace(b"9001", b"%d" % (9001 + number))
    for amount in (129, 349):
        line = line.replace(b"%d.9" % amount, b"%d.9" % (amount + number))
    return line
