"""Sketches as bytes: a `Sketch` in, a `Sketch` message out, and back.

Left to others: how many tokens there is room for (`fit`), the envelope (`wire`).
"""

from __future__ import annotations

from intact.errors import CodecError
from intact.model.fingerprint import COMPLETE, Sketch
from intact.proto.v1 import fingerprint_pb2 as pb


def write_sketch(sketch: Sketch, message: pb.Sketch) -> None:
    """Fill `message`, all but its unit.

    Raises:
        ValueError: If a token does not have 32 bits.
    """
    message.form = pb.Sketch.FORM_SORTED
    message.total = sketch.total
    if not sketch.complete:
        message.threshold = sketch.threshold
    message.token.extend(sorted(sketch.tokens))


def check_sketch(message: pb.Sketch) -> None:
    """Whether `read_sketch` can read a message.

    Raises:
        CodecError: If it is no sketch, or of a form that this version does not know.
    """
    if message.form != pb.Sketch.FORM_SORTED:
        raise CodecError("a sketch of an unknown form")
    if message.HasField("threshold") and max(message.token, default=-1) >= message.threshold:
        raise CodecError("a sketch holds tokens above its threshold")


def read_sketch(message: pb.Sketch) -> Sketch:
    """The sketch that a checked message holds."""
    threshold = message.threshold if message.HasField("threshold") else COMPLETE
    return Sketch(frozenset(message.token), threshold, message.total)
