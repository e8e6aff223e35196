"""Bounded inflation of request bodies.

In: compressed bytes and a limit. Out: the bytes, or a refusal as soon as the limit is passed:
output grows piece by piece and never beyond the limit, so a bomb costs its limit and no more.
"""

from __future__ import annotations

import zlib
from typing import Final

from intact_collector.receive.refusal import Reason, Refused
from intact_collector.receive.request import Compression

#: Window bits: which header zlib expects.
_FORMAT: Final = {Compression.GZIP: 31, Compression.DEFLATE: 15}

#: Input is fed in pieces, because zlib copies what is left of a piece when a stream ends in it.
_PIECE: Final = 64 * 1024

#: gzip files may be concatenated. No exporter does so; a body of millions of empty ones is work
#: without bytes, which no size limit would stop.
_MAX_MEMBERS: Final = 64


def inflate(body: bytes, compression: Compression, limit: int) -> bytes:
    """Inflate `body` to at most `limit` bytes.

    Raises:
        Refused: too large, or not what its header says.
    """
    if compression is Compression.NONE:
        return body
    name = compression.value
    source = memoryview(body)
    out = bytearray()
    position = 0
    for _ in range(_MAX_MEMBERS):
        stream = zlib.decompressobj(_FORMAT[compression])
        while not stream.eof:
            piece = source[position : position + _PIECE]
            if not piece:
                raise Refused(Reason.MALFORMED, f"the body ends inside its {name} stream")
            position += len(piece)
            try:
                out += stream.decompress(piece, limit + 1 - len(out))
            except zlib.error:
                raise Refused(Reason.MALFORMED, f"the body is not {name} as announced") from None
            if len(out) > limit:
                raise too_large(limit, inflated=True)
        position -= len(stream.unused_data)
        if position == len(source):
            return bytes(out)
    raise Refused(Reason.MALFORMED, f"more than {_MAX_MEMBERS} {name} streams in one body")


def too_large(limit: int, *, inflated: bool = False) -> Refused:
    """The refusal of a request above the limit."""
    how = "after inflation" if inflated else "on the wire"
    return Refused(
        Reason.TOO_LARGE,
        f"the request is larger than {limit} bytes {how}:"
        " make the batches of the exporter smaller (OTEL_BSP_MAX_EXPORT_BATCH_SIZE)",
    )
