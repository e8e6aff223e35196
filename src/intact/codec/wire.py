"""Fingerprints as bytes and as span attributes.

In: a `Fingerprint`. Out: protobuf bytes of at most `MAX_FINGERPRINT_BYTES`, or their base64 text
with the raw size beside it, so that a cut shows. The same fingerprint always gives the same bytes.

    suite · key id · root · size · limits · fact table (`columns`) · sketches · declared paths
    · lists · codes of meaning (`meaning`), as far as everything else leaves room

Left to others: what there is room for (`fit`), what the hashes mean (`intact.fingerprint`). The
page for other languages is ``docs/reference/fingerprint-format.md``.
"""

from __future__ import annotations

import struct
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import replace

from google.protobuf.message import DecodeError

from intact.codec.attributes import MAX_FINGERPRINT_BYTES
from intact.codec.columns import check_facts, read_facts, write_facts
from intact.codec.fit import fit
from intact.codec.lists import read_list, write_list
from intact.codec.meaning import check_meaning, fit_meaning, read_meaning, write_meaning
from intact.codec.sketches import check_sketch, read_sketch, sketch_size, write_sketch
from intact.errors import CodecError, CutError, SuiteError
from intact.model.fingerprint import EVERY_FACT, SUITE, Fingerprint, Limit, Sketch
from intact.model.meaning import Meaning
from intact.proto.v1 import fingerprint_pb2 as pb

_KEY_ID_BYTES = 4


def encode(fingerprint: Fingerprint, limit: int | None = MAX_FINGERPRINT_BYTES) -> bytes:
    """The bytes of `fingerprint`, at most `limit` of them.

    What does not fit is left out as `fit` says, and marked in ``limits``. With ``limit=None``
    everything is written: that is for the collector's own journal.

    Raises:
        CodecError: If a hash does not have the width that the model says.
    """
    try:
        if limit is None:
            return _serialize(fingerprint)
        data = _capped(replace(fingerprint, meaning=None), limit)
        meaning = fit_meaning(fingerprint.meaning, limit - len(data))
        # The last field: what is appended to a message is part of it.
        return data if meaning is None else data + _serialize_meaning(meaning)
    except (struct.error, OverflowError, ValueError) as error:
        if isinstance(error, CodecError):
            raise
        raise CodecError("a value of this fingerprint is outside its range") from None


def _capped(fingerprint: Fingerprint, limit: int) -> bytes:
    # Skip writing all of what is obviously too large, only to count it.
    sketches = sketch_size(fingerprint.words) + sketch_size(fingerprint.bigrams)
    if sketches + 10 * len(fingerprint.facts) <= limit:
        data = _serialize(fingerprint)
        if len(data) <= limit:
            return data
    return _serialize(fit(fingerprint, limit))


def decode(data: bytes) -> Fingerprint:
    """The fingerprint that `data` holds.

    Raises:
        SuiteError: If it is of a suite that this version does not know.
        CodecError: If it is no fingerprint.
    """
    message = parse(data)
    check(message)
    return read(message)


def to_attribute(fingerprint: Fingerprint) -> tuple[str, int]:
    """The text of the span attribute, and the raw size that belongs beside it."""
    data = encode(fingerprint)
    return b64encode(data).decode("ascii"), len(data)


def from_attribute(text: str, size: int) -> Fingerprint:
    """The fingerprint that a span attribute holds.

    Raises:
        CutError: If the text is shorter than `size` says.
        SuiteError: If it is of a suite that this version does not know.
        CodecError: If it is no fingerprint.
    """
    return decode(attribute_bytes(text, size))


def attribute_bytes(text: str, size: int) -> bytes:
    """The bytes that a span attribute holds, of a fingerprint or not.

    Raises:
        CutError: If the text is shorter than `size` says.
        CodecError: If it is not base64 of so many bytes.
    """
    # A cut at a field boundary would still parse, so the size is the only witness.
    if size > MAX_FINGERPRINT_BYTES:
        raise CodecError(f"no fingerprint has more than {MAX_FINGERPRINT_BYTES} bytes")
    expected = (size + 2) // 3 * 4
    if len(text) < expected:
        raise CutError(f"{len(text)} of {expected} characters arrived")
    try:
        data = b64decode(text, validate=True)
    except (Base64Error, ValueError):
        raise CodecError("the attribute is not base64") from None
    if len(data) != size:
        raise CodecError(f"{len(data)} bytes arrived, {size} were announced")
    return data


def _to_message(fingerprint: Fingerprint) -> pb.Fingerprint:
    if len(fingerprint.key_id) != _KEY_ID_BYTES:
        raise ValueError("a key id has 4 bytes")
    message = pb.Fingerprint(
        suite=fingerprint.suite,
        key_id=fingerprint.key_id,
        root=fingerprint.root,
        size=fingerprint.size,
        limits=int(fingerprint.limits),
        absent=[valid_text(path) for path in fingerprint.absent],
    )
    message.facts.total = fingerprint.fact_total
    if fingerprint.fact_threshold < EVERY_FACT:
        message.facts.threshold = fingerprint.fact_threshold
    if fingerprint.prose_threshold < EVERY_FACT:
        message.facts.prose_total = fingerprint.prose_total
        message.facts.prose_threshold = fingerprint.prose_threshold
    if fingerprint.facts:
        write_facts(fingerprint.facts, message.facts)
    for unit, sketch in (
        (pb.Sketch.UNIT_WORDS, fingerprint.words),
        (pb.Sketch.UNIT_BIGRAMS, fingerprint.bigrams),
    ):
        if sketch != Sketch():
            write_sketch(sketch, message.sketches.add(unit=unit))
    for path, reason in fingerprint.pruned:
        message.pruned.add(path=valid_text(path), reason=valid_text(reason))
    for one in fingerprint.lists:
        write_list(one, message.lists.add())
    if fingerprint.meaning is not None:
        write_meaning(fingerprint.meaning, message.meaning)
    return message


def parse(data: bytes) -> pb.Fingerprint:
    """Bytes as a message, of which nothing is known yet.

    Raises:
        CodecError: If they are none.
    """
    message = pb.Fingerprint()
    try:
        message.ParseFromString(data)
    except DecodeError:
        raise CodecError("these bytes are no fingerprint") from None
    return message


def check(message: pb.Fingerprint) -> None:
    """Whether `read` can read a message; a fraction of what reading costs.

    Raises:
        SuiteError: If it is of a suite that this version does not know.
        CodecError: If it is no fingerprint.
    """
    if not message.suite:
        raise CodecError("these bytes are no fingerprint")
    if message.suite != SUITE:
        raise SuiteError(message.suite)
    if len(message.key_id) != _KEY_ID_BYTES:
        raise CodecError("a fingerprint without a key id")
    facts = message.facts
    if max(facts.threshold, facts.prose_threshold) > EVERY_FACT:
        raise CodecError("the threshold of a fact table is out of range")
    check_facts(facts)
    for sketch in message.sketches:
        check_sketch(sketch)
    for one in message.lists:
        read_list(one)
    if message.HasField("meaning"):
        check_meaning(message.meaning)


def read(message: pb.Fingerprint) -> Fingerprint:
    """The fingerprint that a checked message holds."""
    facts = message.facts
    sketches = {sketch.unit: read_sketch(sketch) for sketch in message.sketches}
    return Fingerprint(
        key_id=message.key_id,
        root=message.root,
        facts=read_facts(facts),
        fact_total=facts.total,
        fact_threshold=facts.threshold if facts.HasField("threshold") else EVERY_FACT,
        # Without a threshold nothing of the prose was left out, and no total is told.
        prose_total=facts.prose_total if facts.HasField("prose_threshold") else 0,
        prose_threshold=(
            facts.prose_threshold if facts.HasField("prose_threshold") else EVERY_FACT
        ),
        words=sketches.get(pb.Sketch.UNIT_WORDS, Sketch()),
        bigrams=sketches.get(pb.Sketch.UNIT_BIGRAMS, Sketch()),
        pruned=tuple((entry.path, entry.reason) for entry in message.pruned),
        absent=tuple(message.absent),
        lists=tuple(read_list(one) for one in message.lists),
        limits=Limit(message.limits),
        size=message.size,
        meaning=read_meaning(message.meaning) if message.HasField("meaning") else None,
        suite=message.suite,
    )


def valid_text(text: str) -> str:
    """`text` with unpaired surrogates replaced, which protobuf refuses."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _serialize(fingerprint: Fingerprint) -> bytes:
    return _to_message(fingerprint).SerializeToString(deterministic=True)


def _serialize_meaning(meaning: Meaning) -> bytes:
    message = pb.Fingerprint()
    write_meaning(meaning, message.meaning)
    return message.SerializeToString(deterministic=True)
