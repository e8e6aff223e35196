"""What has to stand any bytes: each target reads them, and only the errors it documents may leave.

A target is the real reader with what comes behind it: a decoder that takes a message which breaks
the measures has only moved the crash. `.ci/fuzz` runs each under libFuzzer from the corpus beside
this file; the tests of this folder run each on the corpus itself.

    python -m tests.fuzz.targets fingerprint tests/fuzz/corpus/fingerprint -max_total_time=60
"""

from __future__ import annotations

import sys
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Final

CORPUS: Final = Path(__file__).parent / "corpus"

#: Bytes of names that one byte of a fingerprint may unfold to.
_MOST_GROWTH: Final = 1024


def fingerprint(data: bytes) -> None:
    """Bytes as a fingerprint, from which everything is asked that the collector asks."""
    from intact.codec.disclose import Names, Rule, disclose
    from intact.codec.packed import packed
    from intact.codec.wire import MAX_FINGERPRINT_BYTES, decode, encode
    from intact.errors import CodecError
    from intact.measure import compare, union

    try:
        found = decode(data)
    except CodecError as error:
        assert len(str(error)) < 200, "an error that may quote what it read"
        try:
            packed(data)
        except CodecError:
            return
        raise AssertionError("the check lets pass what cannot be unpacked") from None
    assert packed(data).unpack() == found
    names = sum(len(fact.name) for fact in found.facts)
    assert names <= _MOST_GROWTH * len(data)
    assert decode(encode(found, limit=None)) == found
    shorter = encode(found)
    assert len(shorter) <= MAX_FINGERPRINT_BYTES
    assert union((found, decode(shorter))).key_id == found.key_id
    for rule in (Rule(Names.DECLARED), Rule(Names.NONE), Rule(strict=True)):
        hidden = disclose(found, rule)
        for known, received in ((found, hidden), (hidden, found), (hidden, hidden)):
            share = compare(known, received).retention
            assert share is None or 0.0 <= share <= 1.0


def attribute(data: bytes) -> None:
    """The text of a span attribute beside a size: the first two bytes are the size."""
    from intact.codec.wire import from_attribute
    from intact.errors import CodecError

    size, raw = int.from_bytes(data[:2], "big"), data[2:]
    for text in (raw.decode("latin-1"), b64encode(raw).decode("ascii")):
        try:
            from_attribute(text, size)
        except CodecError as error:
            assert len(str(error)) < 200, "an error that may quote what it read"


def otlp_json(data: bytes) -> None:
    """A body of OTLP/JSON."""
    from intact_collector.receive.request import Media

    _traces(data, Media.JSON)


def otlp_protobuf(data: bytes) -> None:
    """A body of OTLP protobuf: the spans in it are read, reduced, stitched and measured."""
    from intact_collector.receive.request import Media

    _traces(data, Media.PROTOBUF)


def _traces(data: bytes, media: object) -> None:
    from intact.fingerprint import Fingerprinter, Key
    from intact_collector.hosts.memory import MemoryCollector
    from intact_collector.receive.decode import decode_logs, decode_traces
    from intact_collector.receive.refusal import Refused
    from intact_collector.report import to_json

    collector = MemoryCollector(Fingerprinter(Key(b"a key of the fuzzers")))
    for decode, take in (
        (decode_traces, collector.take),
        (decode_logs, collector.take_logs),
    ):
        try:
            request = decode(data, media)
        except Refused as refused:
            assert len(str(refused)) < 300, "a refusal that may quote what it read"
            continue
        take(request)
    to_json(collector.report())
    assert not collector.skipped["unreadable"], "a dialect failed"


TARGETS: Final[dict[str, Callable[[bytes], None]]] = {
    "fingerprint": fingerprint,
    "attribute": attribute,
    "otlp_json": otlp_json,
    "otlp_protobuf": otlp_protobuf,
}


def main() -> None:
    """Fuzz one target; what follows its name goes to libFuzzer."""
    import atheris

    name, rest = sys.argv[1], sys.argv[2:]
    with atheris.instrument_imports(include=["intact", "intact_collector"]):
        TARGETS[name](b"")  # imports what it reads with
    atheris.Setup([sys.argv[0], *rest], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
