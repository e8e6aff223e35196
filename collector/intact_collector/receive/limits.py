"""How much one client, and all clients together, may ask of the collector.

In: numbers, with defaults that suit one machine. Out: `Limits`, checked when it is made. Every
bound is here. The receivers hold at most ``max_bytes_in_flight`` of request bodies (as received
and as inflated), and the objects decoded from them. This holds for HTTP as bytes come in; gRPC
buffers a whole message before anyone is asked, so what its clients send at once comes on top.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from intact.errors import ConfigError

_KIB = 1024
_MIB = 1024 * _KIB


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of the receivers. All are positive; sizes are in bytes, durations in seconds."""

    #: One request, on the wire as well as after inflation.
    max_request_bytes: int = 64 * _MIB
    #: All requests that are being received, decoded or consumed.
    max_bytes_in_flight: int = 256 * _MIB
    #: More requests at once are told to come again.
    max_requests: int = 256
    #: Concurrent calls on one gRPC connection. gRPC itself resets calls above it: the sender may
    #: try again, but is not told when, and no counter here sees it. Measured with a consumer of
    #: 20 ms: at 100 more than half of a burst of 1,000 calls was reset, at 1,000 none. Of a burst
    #: of 3,000, half was reset at 1,000; at 4,096 one in fourteen ended as CANCELLED, not counted.
    max_streams: int = 1024
    #: Request head of HTTP, metadata of gRPC.
    max_header_bytes: int = 16 * _KIB
    #: Messages inside messages in OTLP/JSON. Protobuf's own parser stops at the same depth, so
    #: that a request is taken in both encodings or in none.
    max_depth: int = 100
    #: From the first byte of an HTTP head (or the connection) to its end.
    head_seconds: float = 30.0
    #: From the end of the head to the end of the body.
    body_seconds: float = 60.0
    #: An idle HTTP connection is kept this long: longer than the usual pause between exports.
    idle_seconds: int = 75

    def __post_init__(self) -> None:
        wrong = [
            f"{field.name} must be above 0, not {getattr(self, field.name)!r}"
            for field in fields(self)
            if not getattr(self, field.name) > 0
        ]
        if self.max_bytes_in_flight < 2 * self.max_request_bytes:
            wrong.append(
                f"max_bytes_in_flight ({self.max_bytes_in_flight}) must hold one request twice,"
                f" compressed and inflated: at least {2 * self.max_request_bytes}"
            )
        if wrong:
            raise ConfigError("limits of the receivers: " + "; ".join(wrong))
