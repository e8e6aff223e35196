"""What is known of a request before it is decoded.

In: nothing. Out: the few words by which a request is sorted (they are also the values of the
counters' attributes) and `Incoming`, a request as it came off the wire.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Signal(Enum):
    TRACES = "traces"
    LOGS = "logs"
    METRICS = "metrics"


class Transport(Enum):
    GRPC = "grpc"
    HTTP = "http"


class Media(Enum):
    """How a body is written. The value is the content type."""

    PROTOBUF = "application/x-protobuf"
    JSON = "application/json"


class Compression(Enum):
    """How a body is compressed. The value is the HTTP content coding."""

    NONE = "identity"
    GZIP = "gzip"
    DEFLATE = "deflate"  # the zlib format, as HTTP defines it


@dataclass(frozen=True, slots=True)
class Incoming:
    """One whole request, still as bytes."""

    signal: Signal
    transport: Transport
    media: Media
    compression: Compression
    body: bytes
